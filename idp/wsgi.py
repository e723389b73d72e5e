"""What the web server runs: the endpoints first, bare; everything else through Django."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "idp.settings")
_django = get_wsgi_application()

from idp.proxy import believing  # noqa: E402 - needs the settings
from oauth import secret_use  # noqa: E402
from oauth.door import wsgi_app  # noqa: E402
from oauth.mounts import ENDPOINTS  # noqa: E402

secret_use.start_flushing()
application = believing(wsgi_app(ENDPOINTS, _django))
