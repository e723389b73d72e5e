"""People. Their passwords come from the environment or as hashes, and are never shown."""

from collections.abc import Collection, Iterator
from typing import Any

from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.utils import timezone

from accounts.actions.administer_person import save_person
from accounts.actions.change_password import replace_password
from accounts.errors import PasswordRefused
from accounts.models import Group, User
from accounts.password_policy import check, normalised
from accounts.person_rules import check_person
from idp.ground.canonical import NotCanonical, email_key, phone_key, username_key
from oauth.declaration.entry import Declared, Entry
from oauth.declaration.fault import FileFault
from oauth.declaration.kind import Fields, Kind, State, differing, picked
from oauth.declaration.kinds.role import find_all, written
from oauth.declaration.kinds.user_entry import COLUMNS, UserEntry
from oauth.declaration.kinds.user_key import key_of


def find(key: str) -> User | None:
    return User.objects.filter(username_key=key_of(key)).first()


def _canonical_rules(
    declared: Declared, entry: UserEntry, before: State | None
) -> Iterator[FileFault]:
    try:
        username_key(entry.username)
    except NotCanonical as error:
        yield declared.fault(("username",), f"cannot be a username ({error.reason})")
    if entry.email and entry.email != (before or {}).get("email"):
        try:
            key = email_key(entry.email)
        except NotCanonical as error:
            yield declared.fault(("email",), f"cannot be an e-mail address ({error.reason})")
        else:
            if User.objects.filter(email_key=key).exclude(username_key=entry.key).exists():
                yield declared.fault(("email",), "belongs to another person")
    if entry.phone_number:
        try:
            if phone_key(entry.phone_number) != entry.phone_number:
                yield declared.fault(("phone_number",), "write it in E.164, such as +15550100")
        except NotCanonical as error:
            yield declared.fault(("phone_number",), f"cannot be a number ({error.reason})")


def _rules(declared: Declared, before: State | None) -> Iterator[FileFault]:
    entry = declared.entry
    assert isinstance(entry, UserEntry)  # noqa: S101
    yield from _canonical_rules(declared, entry, before)
    for fault in check_person({**(before or {}), **entry.wanted()}):
        # What the file does not name was there before, and is not its fault.
        if fault.field in entry.model_fields_set:
            inner = (fault.field,) if fault.place is None else (fault.field, fault.place)
            yield declared.fault(inner, fault.message)
    if entry.password is not None and entry.password_hash is not None:
        yield declared.fault(("password",), "give password or password_hash, not both")
    if entry.password is not None:
        if (*declared.path, "password") not in declared.document.referring:
            yield declared.fault(("password",), "a password in a file: write ${NAME} instead")
        else:
            try:
                check(entry.password, User(username=entry.username, email=entry.email))
            except PasswordRefused as error:
                yield declared.fault(("password",), f"is refused: {', '.join(error.reasons)}")
    if entry.password_hash is not None:
        try:
            identify_hasher(entry.password_hash)
        except ValueError:
            yield declared.fault(("password_hash",), "no known hash, such as pbkdf2_sha256$…")


def _state(keys: Collection[str] | None) -> Iterator[tuple[str, State]]:
    people = User.objects.prefetch_related("groups", "roles")
    for person in picked(people, "username_key", keys):
        yield (
            person.username_key,
            {
                **{name: getattr(person, name) for name in COLUMNS},
                "groups": [group.name for group in person.groups.all()],
                "roles": [written(role) for role in person.roles.all()],
            },
        )


def _differ(entry: Entry, before: State | None) -> Fields:
    assert isinstance(entry, UserEntry)  # noqa: S101
    fields = differing(entry, before)
    for name in ("email", "phone_number"):
        # Said of the new one, although it was true of the old one as well.
        if before and name in fields and getattr(entry, f"{name}_verified"):
            fields[f"{name}_verified"] = (False, True)
    given = entry.password is not None or entry.password_hash is not None
    if given and before is None:
        fields["password"] = (None, "set")
    elif given and entry.policy_is_always and not _has(entry):
        fields["password"] = ("set", "replaced")
    return fields


def _has(entry: UserEntry) -> bool:
    """Whether the password of the file is the person's already, or was voided since: a stranger
    knew it, so that no file brings it back."""
    person = find(entry.key)
    if person is None:
        return False
    known = [one for one in (person.password, person.voided_password) if one]
    if entry.password_hash is not None:
        return entry.password_hash in known
    return any(check_password(normalised(entry.password or ""), one) for one in known)


def _new(key: str) -> User:
    person = User()
    person.set_unusable_password()
    return person


def _groups(person: User, names: list[str], entry: Entry) -> None:
    person.groups.set(Group.objects.filter(name__in=names))


def _roles(person: User, keys: list[str], entry: Entry) -> None:
    person.roles.set(find_all(keys))


def _password(person: User, value: Any, entry: Entry) -> None:
    assert isinstance(entry, UserEntry)  # noqa: S101
    encoded = entry.password_hash or make_password(check(entry.password or "", person))
    if person.password_changed_at is None and not person.has_usable_password():
        person.change_password(encoded, timezone.now())  # a new person has nothing open
    else:
        replace_password(user=person, encoded=encoded, reason="apply")


def _save(person: User, changed: set[str], created: bool) -> None:
    save_person(person=person, changed=changed, created=created, reason="apply")


KIND = Kind(
    section="users",
    noun="person",
    entry=UserEntry,
    state=_state,
    find=find,
    new=_new,
    save=_save,
    relations={"groups": _groups, "roles": _roles, "password": _password},
    differ=_differ,
    rules=_rules,
    # People are not configuration: a file that lacks one must not delete their account.
    prunable=False,
)
