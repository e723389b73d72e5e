"""A code or link that went to an account's address came back: the mailbox is the person's."""

from accounts.models import User


def address_proven(user: User, key: str) -> None:
    """`key`: where it went, in canonical form; another address by now stays as it is."""
    User.objects.filter(pk=user.pk, email_key=key, email_verified=False).update(email_verified=True)
