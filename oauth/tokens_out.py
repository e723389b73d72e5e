"""What an app still holds after it was taken back: tokens that an API reads by itself."""

from math import ceil

from django.conf import settings
from django.db.models import Max
from django.utils.translation import ngettext

from oauth.models import Client, Resource


def may_still_work(client: Client) -> str:
    """How long at most; such an API hears of nothing before they end (RFC 9068)."""
    resources = Resource.objects.aggregate(longest=Max("access_token_lifetime"))["longest"] or 0
    longest = max(resources, settings.SIGNET.access_token_lifetime)
    minutes = ceil((client.access_token_lifetime or longest) / 60)
    return ngettext(
        "What it holds already may still work for up to %(minutes)d minute.",
        "What it holds already may still work for up to %(minutes)d minutes.",
        minutes,
    ) % {"minutes": minutes}
