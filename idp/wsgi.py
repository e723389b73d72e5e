"""What the web server runs: the endpoints first, bare; everything else through Django."""

import os
from contextlib import suppress
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "idp.settings")
_django = get_wsgi_application()

from idp.methods import refusing_unknown_methods  # noqa: E402 - needs the settings
from idp.oversized import hearing_out  # noqa: E402
from idp.proxy import believing  # noqa: E402
from oauth import keys, secret_use  # noqa: E402
from oauth.adapters import wsgi_app  # noqa: E402
from oauth.mounts import ENDPOINTS  # noqa: E402

# A page that cannot be loaded ends the start; else /readyz would be fine and every visit a 500.
import_module(settings.ROOT_URLCONF)
# Keys are read (on a new database: made) before the first request. A database that is not there
# yet is no reason not to start: /readyz tells.
with suppress(DatabaseError):
    keys.jwks()
secret_use.start_flushing()
application = believing(hearing_out(wsgi_app(ENDPOINTS, refusing_unknown_methods(_django))))
