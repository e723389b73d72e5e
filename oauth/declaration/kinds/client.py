"""Clients: their metadata in the words of RFC 7591, judged by oauth/client_rules."""

from collections.abc import Collection, Iterator
from typing import Any

from django.utils import timezone

from oauth import client_secrets
from oauth.client_rules import check_client
from oauth.declaration.entry import Declared, Entry
from oauth.declaration.fault import FileFault, Path
from oauth.declaration.kind import Fields, Kind, Secrets, State, differing, picked
from oauth.declaration.kinds import user
from oauth.declaration.kinds.client_entry import COLUMNS, ClientEntry
from oauth.models import Client, ClientSecret, Resource
from oauth.profiles import PROFILES


def defaults(entry: Entry) -> State:
    """What a new client of this profile is without saying so."""
    assert isinstance(entry, ClientEntry)  # noqa: S101
    profile = PROFILES.get(entry.profile)
    if profile is None or not profile.grant_types:
        return {}
    with_code = "authorization_code" in profile.grant_types
    given = {
        "token_endpoint_auth_method": profile.auth_methods[0],
        "grant_types": ["authorization_code", "refresh_token"]
        if with_code
        else list(profile.grant_types),
        "response_types": ["code"] if with_code else [],
    }
    return {name: value for name, value in given.items() if name not in entry.model_fields_set}


def _blank() -> State:
    client = Client()
    return {name: getattr(client, name) for name in COLUMNS}


def _rules(declared: Declared, before: State | None) -> Iterator[FileFault]:
    entry = declared.entry
    assert isinstance(entry, ClientEntry)  # noqa: S101
    whole = {**(before or {**_blank(), **defaults(entry)}), **entry.wanted()}
    for fault in check_client(whole):
        place = () if fault.place is None else (fault.place,)
        yield declared.fault((fault.field, *place), fault.message)
    yield from _secret_rules(declared, entry, str(whole.get("token_endpoint_auth_method")))


def _secret_rules(declared: Declared, entry: ClientEntry, method: str) -> Iterator[FileFault]:
    labels: set[str] = set()
    if entry.secrets and not method.startswith("client_secret_"):
        yield declared.fault(("secrets",), f"a client that uses {method} has no secret")
    for place, secret in enumerate(entry.secrets):
        here: Path = ("secrets", place)
        if secret.label in labels:
            yield declared.fault((*here, "label"), "occurs twice")
        labels.add(secret.label)
        if (secret.value is None) == (not secret.generate):
            yield declared.fault(here, "give either value or generate: true")
        if secret.value is None:
            continue
        if (*declared.path, *here, "value") not in declared.document.referring:
            yield declared.fault((*here, "value"), "a secret in a file: write ${NAME} instead")
        elif len(secret.value) < client_secrets.LEAST:
            yield declared.fault((*here, "value"), "needs 32 random characters or more")


def _living(client_id: str) -> dict[str, ClientSecret]:
    found = ClientSecret.objects.living().filter(client__client_id=client_id)
    return {secret.label: secret for secret in found.order_by("created_at")}


def _differ(entry: Entry, before: State | None) -> Fields:
    assert isinstance(entry, ClientEntry)  # noqa: S101
    fields = differing(entry, before)
    living = _living(entry.client_id) if before else {}
    for secret in entry.secrets:
        known = living.get(secret.label)
        if known is None:
            fields[f"secrets.{secret.label}"] = (None, "new")
        elif secret.value is not None and known.digest != ClientSecret.hash(secret.value):
            fields[f"secrets.{secret.label}"] = ("present", "replaced")
    return fields


def _state(keys: Collection[str] | None) -> Iterator[tuple[str, State]]:
    clients = Client.objects.select_related("default_resource").prefetch_related("owners")
    for client in picked(clients, "client_id", keys):
        yield (
            client.client_id,
            {
                **{name: getattr(client, name) for name in COLUMNS},
                "default_resource": client.default_resource.identifier
                if client.default_resource
                else None,
                "owners": [owner.username_key for owner in client.owners.all()],
                "declared": client.declared,
            },
        )


def find(key: str) -> Client | None:
    return Client.objects.filter(client_id=key).first()


def _new(key: str) -> Client:
    return Client(client_id=key)


def _save(client: Client, changed: set[str], created: bool) -> None:
    client.updated_at = timezone.now()
    client.save()


def _default_resource(client: Client, identifier: str | None, entry: Entry) -> None:
    client.default_resource = Resource.objects.filter(identifier=identifier).first()
    client.save(update_fields=["default_resource"])


def _owners(client: Client, names: list[str], entry: Entry) -> None:
    client.owners.set([one for one in map(user.find, names) if one is not None])


def _secrets(client: Client, value: Any, entry: Entry) -> Secrets:
    """Write what is missing; a secret with another value replaces the one with its label."""
    assert isinstance(entry, ClientEntry)  # noqa: S101
    shown: Secrets = []
    living = _living(client.client_id)
    for one in entry.secrets:
        known = living.get(one.label)
        if known and (one.value is None or known.digest == ClientSecret.hash(one.value)):
            continue
        if known:
            client_secrets.revoke(secret=known, reason="apply")
        _secret, plain = client_secrets.add(
            client=client, label=one.label, value=one.value, expires_at=one.expires_at,
            reason="apply",
        )  # fmt: skip
        if one.generate:
            shown.append((f"{client.client_id} ({one.label})", plain))
    return shown


KIND = Kind(
    section="clients",
    noun="client",
    entry=ClientEntry,
    state=_state,
    find=find,
    new=_new,
    save=_save,
    relations={
        "default_resource": _default_resource,
        "owners": _owners,
        "secrets": _secrets,
    },
    defaults=defaults,
    differ=_differ,
    rules=_rules,
)
