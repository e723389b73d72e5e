"""The endpoints mounted in Django's URLs alone, as if there were no bare mount ahead of it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "idp.settings")
_django = get_wsgi_application()

from idp.oversized import hearing_out  # noqa: E402 - needs the settings
from idp.proxy import believing  # noqa: E402

application = believing(hearing_out(_django))
