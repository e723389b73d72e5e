"""Too many guesses: the same words wherever something is typed."""

from django.utils.translation import ngettext

from accounts.errors import TooManyAttempts


def too_many(error: TooManyAttempts) -> str:
    """When to try again."""
    minutes = max(1, round(error.resets_in / 60))
    return ngettext(
        "Too many attempts. Nothing was checked. Try again in %(minutes)d minute.",
        "Too many attempts. Nothing was checked. Try again in %(minutes)d minutes.",
        minutes,
    ) % {"minutes": minutes}
