"""All second factors of a person at once, lost or taken from them; and what hangs on one."""

from accounts import second_factors
from accounts.models import RecoveryCode, TrustedBrowser, User


def remove_factors(user: User) -> list[str]:
    """Remove every one with the recovery codes and the trusted browsers; the kinds there were.

    Within the caller's transaction. What was begun and not confirmed goes as well.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    kinds = [
        one.name for one in second_factors.FACTORS if one.stands_alone and one.rows(user).exists()
    ]
    for model in {one.model for one in second_factors.FACTORS}:
        model._default_manager.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    TrustedBrowser.objects.filter(user=user).delete()
    return kinds


def forget_what_hung_on(user: User) -> None:
    """One was removed: with the last go the recovery codes, with any the trusted browsers.

    Within the caller's transaction, the user's row locked.
    """
    if not second_factors.offered(user):
        RecoveryCode.objects.filter(user=user).delete()
    TrustedBrowser.objects.filter(user=user).delete()
