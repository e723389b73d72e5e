"""What a new passkey is to sign, where it is added from the account pages."""

from django.db import models

from accounts.models.session import Session


class EnrolmentChallenge(models.Model):
    """At most one a session; within a login it is a column of the PendingLogin.

    Kept on our side: a challenge that the browser brought along could be one of the attacker's.
    """

    session = models.OneToOneField(
        Session, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    challenge = models.JSONField(null=True)

    def __str__(self) -> str:
        return str(self.pk)
