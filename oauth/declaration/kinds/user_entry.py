"""A person as a file tells them: the standard claims of OIDC Core §5.1 and Signet's own.

What the claims may be: accounts/person_rules.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import StringConstraints

from oauth.declaration.entry import Entry, Reference, each
from oauth.declaration.kinds.role import RoleKey
from oauth.declaration.kinds.user_key import key_of


class UserEntry(Entry):
    """`password` and `password_hash` count for a new person only, unless the policy is always."""

    username: Annotated[str, StringConstraints(min_length=1, max_length=150)]
    email: Annotated[str, StringConstraints(max_length=254)] = ""
    email_verified: bool = False
    name: str = ""
    given_name: str = ""
    family_name: str = ""
    middle_name: str = ""
    nickname: str = ""
    profile: str = ""
    picture: str = ""
    website: str = ""
    gender: str = ""
    birthdate: str = ""
    zoneinfo: str = ""
    locale: str = ""
    phone_number: Annotated[str, StringConstraints(max_length=40)] = ""
    phone_number_verified: bool = False
    address: dict[str, Any] = {}
    attributes: dict[str, Any] = {}

    is_active: bool = True
    is_staff: bool = False
    is_superuser: bool = False
    must_reset_password: bool = False
    groups: list[str] = []
    roles: list[RoleKey] = []

    password: str | None = None
    password_hash: str | None = None
    password_policy: Literal["when_new", "always"] = "when_new"  # noqa: S105

    private = frozenset({"password", "password_hash", "password_policy"})

    @property
    def policy_is_always(self) -> bool:
        """Whether the file's password counts for people who exist already."""
        return self.password_policy != "when_new"  # noqa: S105

    @property
    def key(self) -> str:
        return key_of(self.username)

    def references(self) -> Iterator[Reference]:
        yield from each(self.groups, "groups", "groups")
        yield from each(self.roles, "roles", "roles")


COLUMNS = tuple(
    name
    for name in UserEntry.model_fields
    if name not in UserEntry.private and name not in ("groups", "roles")
)
