"""What SMS may cost: which numbers get one, how many a number, a neighbourhood, a country, a day.

Against SMS pumping: fraudsters have codes sent to numbers whose fees they share.
"""

from datetime import timedelta
from hashlib import sha256

import phonenumbers
import structlog
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from phonenumbers import PhoneNumberType

from accounts import audit
from accounts.errors import SmsRefused
from accounts.models import AuditEvent, OutboxMessage
from accounts.throttling import Limit, one_at_a_time

_log = structlog.get_logger("accounts.sms")

_DAY = timedelta(days=1)
# Whoever is sent something there pays extra, or nobody reads it.
_REFUSED_KINDS = frozenset(
    {
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.PERSONAL_NUMBER,
        PhoneNumberType.PAGER,
        PhoneNumberType.UAN,
        PhoneNumberType.VOICEMAIL,
    }
)
# How the library calls the country of satellite networks and other numbers of no country.
_NOWHERE = ("001", "ZZ")


def refuse_number(number: str) -> None:
    """Raise `SmsRefused` for a number (E.164) that no SMS goes to, whatever it is about."""
    parsed = phonenumbers.parse(number, None)
    regions = phonenumbers.region_codes_for_country_code(parsed.country_code or 0)
    if phonenumbers.number_type(parsed) in _REFUSED_KINDS or set(regions) <= set(_NOWHERE):
        raise SmsRefused("kind")
    allowed = {country.upper() for country in settings.SIGNET.sms_countries}
    if not allowed:
        return
    region = phonenumbers.region_code_for_number(parsed)
    # A number nobody knows yet, in a range that several countries share, may be any of theirs.
    if not ({region} if region else set(regions)) <= allowed:
        raise SmsRefused("country")


def limits(number: str) -> list[Limit]:
    """Budgets of an SMS to this number (E.164), besides those of account and network.

    The number's own holds across accounts. A thousand neighbours share one: fraudsters rent whole
    blocks. A country gets at most a quarter of the day's SMS at once, then its even share.
    """
    day = max(1, settings.SIGNET.sms_per_day)
    country = phonenumbers.parse(number, None).country_code
    return [
        Limit(f"sms/number/{_mark(number)}", burst=5, every=600),
        Limit(f"sms/block/{_mark(number[:-3])}", burst=10, every=120),
        Limit(f"sms/country/{country}", burst=max(20, day // 4), every=_DAY.total_seconds() / day),
    ]


def _mark(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]


def claim_day() -> None:
    """Count one more SMS of the last 24 hours, within the transaction that queues it.

    Raises `SmsRefused` when the deployment's own cap is reached.
    """
    one_at_a_time("sms/day")
    since = timezone.now() - _DAY
    recent = OutboxMessage.objects.filter(channel="sms", created_at__gt=since)
    cap = settings.SIGNET.sms_per_day
    if recent[:cap].count() >= cap:
        raise SmsRefused("spent")


def tell_operators(request: HttpRequest) -> None:
    """Record once in 24 hours that the cap was reached, outside the transaction it ended."""
    with transaction.atomic():
        one_at_a_time("sms/day")
        told = AuditEvent.objects.filter(
            name=audit.SMS_CAP_REACHED, at__gt=timezone.now() - _DAY
        ).exists()
        if told:
            return
        cap = settings.SIGNET.sms_per_day
        audit.record(audit.SMS_CAP_REACHED, request=request, data={"cap": cap})
    _log.error("sms_cap_reached", cap=cap)
