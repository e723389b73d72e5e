"""Names of the audit events that only this floor records; rows keep them, so they never change."""

SECRET_CREATED = "secret_created"  # noqa: S105
SECRET_REVOKED = "secret_revoked"  # noqa: S105
CONSENT_GRANTED = "consent_granted"
CONSENT_REFUSED = "consent_refused"
CONSENT_REVOKED = "consent_revoked"
CONSENT_REDUCED = "consent_reduced"
AUTHORIZATION_REVOKED = "authorization_revoked"
CODE_REPLAYED = "code_replayed"
REFRESH_REUSED = "refresh_reused"
REFRESH_FROM_THE_FUTURE = "refresh_from_the_future"
KEY_ROTATED = "key_rotated"
CHALLENGE_REPEATED = "challenge_repeated"
