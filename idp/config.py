"""Everything an operator can set: one typed object, every fault reported at once.

Each field is the environment variable `SIGNET_<NAME>`; `SIGNET_<NAME>_FILE` names a file that
holds the value instead (Docker secrets, Vault agents). Durations are seconds, sizes bytes.
`docs/configuration.md` and `.env.example` are generated from this file.
"""

import os
import sys
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from idp import config_checks as checks
from idp.config_checks import LOOPBACK
from idp.config_messages import MessageConfig
from idp.config_names import unknown
from idp.config_people import PeopleConfig
from idp.config_types import Words

_PREFIX = "SIGNET_"


class Config(PeopleConfig, MessageConfig):
    """The settings of one deployment. Secrets have no default."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    # Who we are
    issuer: str = Field(
        description="The issuer and base of every URL: a bare origin without a trailing slash, "
        "https unless the host is loopback."
    )
    embedded: bool = Field(
        default=False,
        description="Set by `make run` alone: servers out of wheels, an outbox. Loopback only.",
    )
    epoch: int = Field(
        default=0,
        ge=0,
        description="Raise after restoring a backup: ends all that was open before.",
    )
    languages: Words = Field(
        default=("en", "de", "fr", "es", "pt-br", "it", "nl", "pl", "tr", "ja", "zh-hans", "ar"),
        description="Languages offered on pages.",
    )

    # Secrets
    secret_key: str = Field(
        min_length=32,
        description="Signs short-lived values of the web layer; 32 characters or more.",
    )
    keys: Words = Field(
        description="The encryption key ring: `id:base64url of 32 bytes`, comma separated. First "
        "encrypts, all decrypt."
    )

    # Servers
    database_url: str = Field(
        description="postgresql://user:password@host:port/name; for a socket folder ?host=/folder."
    )
    valkey_url: str = Field(description="Cache and counters that may be lost: redis://host:port/0.")
    queue_url: str = Field(
        description="Queue of Celery: redis://host:port/1. Its server must not evict keys."
    )
    database_max_age: int = Field(
        default=-1, ge=-1, description="Seconds a database connection is kept; -1: for good."
    )
    web_processes: int = Field(default=2, ge=1, description="Web server processes, one a core.")
    web_threads: int = Field(
        default=8,
        ge=2,
        description="Threads a process; keep it small. All but one may wait for a password hash.",
    )
    worker_threads: int = Field(
        default=4, ge=1, description="Threads of all Celery workers, to count connections."
    )
    argon2_concurrency: int = Field(
        default=2, ge=1, description="Password hashes computed at a time in one process."
    )

    # The network in front
    trusted_proxies: Words = Field(
        default=(),
        description="Addresses or networks (CIDR) of proxies whose X-Forwarded-For is believed.",
    )
    proxy_secret: str = Field(
        default="",
        description="Shared with the proxy, which sends it as X-Signet-Proxy-Secret; only then its "
        "statements about TLS count.",
    )
    fetch_allow: Words = Field(
        default=(),
        description="Hosts (name or name:port) that outbound requests may reach although their "
        "address is private.",
    )
    ca_file: str = Field(
        default="", description="Further certificate authorities for outbound TLS."
    )

    # Lifetimes
    session_idle: int = Field(
        default=86_400, ge=60, description="A session unused this long is over."
    )
    session_absolute: int = Field(
        default=2_592_000, ge=60, description="A session is over this long after the sign-in."
    )
    request_lifetime: int = Field(
        default=86_400, ge=60, description="An authorization request can be finished this long."
    )
    code_lifetime: int = Field(default=60, ge=5, le=600, description="Authorization codes.")
    access_token_lifetime: int = Field(default=300, ge=30, le=86_400, description="Access tokens.")
    id_token_lifetime: int = Field(default=3_600, ge=60, description="ID tokens.")
    refresh_lifetime: int = Field(
        default=31_536_000,
        ge=60,
        description="An offline authorization ends after this, used or not.",
    )
    refresh_idle: int = Field(
        default=2_592_000, ge=60, description="An offline authorization unused this long is over."
    )
    refresh_grace: int = Field(
        default=60, ge=0, description="A repeated refresh gets the same answer this long."
    )
    reset_lifetime: int = Field(
        default=3_600, ge=300, description="Links to choose a new password."
    )
    signing_key_lifetime: int = Field(
        default=7_776_000, ge=3_600, description="A signing key signs this long, then the next one."
    )
    jwks_max_age: int = Field(default=300, ge=0, description="How long clients may cache the JWKS.")

    # Telling
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="Least severity that is logged."
    )
    privacy_url: str = Field(default="", description="Linked in the footer of every page.")
    geo_database: str = Field(
        default="", description="MaxMind DB file: shows people where their sessions are."
    )
    help_url: str = Field(default="", description="Linked in the footer of every page.")

    @field_validator(
        "keys",
        "languages",
        "trusted_proxies",
        "fetch_allow",
        "registration_domains",
        "sms_countries",
        mode="before",
    )
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    _issuer = field_validator("issuer")(checks.bare_origin)
    _database = field_validator("database_url")(checks.postgresql)
    _servers = field_validator("valkey_url", "queue_url")(checks.redis)
    _addresses = field_validator("privacy_url", "help_url", "terms_url", "sms_webhook_url")(
        checks.web_address
    )
    _files = field_validator("ca_file", "password_block_list", "geo_database")(checks.file)
    _key_ring = field_validator("keys")(checks.key_ring)
    _networks = field_validator("trusted_proxies")(checks.networks)
    _languages = field_validator("languages")(checks.languages)

    @model_validator(mode="after")
    def _together(self) -> "Config":
        faults = []
        if self.embedded and urlsplit(self.issuer).hostname not in LOOPBACK:
            faults.append("embedded mode serves a loopback host only")
        if self.outbox_visible and not self.embedded:
            faults.append("outbox_visible shows secrets and is for embedded mode only")
        if not self.embedded and not self.email_host:
            faults.append("email_host is needed (nobody could choose a new password)")
        faults += self.people_faults() + self.message_faults()
        if faults:
            raise ValueError("; ".join(faults))
        return self


def _from_files() -> tuple[dict[str, str], list[str]]:
    """Values of `SIGNET_*_FILE`, and what is wrong with these variables."""
    values, faults = {}, []
    for name in Config.model_fields:
        variable = _PREFIX + name.upper()
        path = os.environ.get(f"{variable}_FILE")
        if not path:
            continue
        if os.environ.get(variable):
            faults.append(f"  {variable} and {variable}_FILE are both set")
        try:
            values[name] = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            faults.append(f"  {variable}_FILE cannot be read ({type(error).__name__})")
            values[name] = ""
    return values, faults


# Stand in for faulty required settings, so that the rest can be judged all the same.
_STAND_INS = {
    "secret_key": "-" * 32,
    "keys": "k:" + "A" * 43,
    "database_url": "postgresql:///-",
    "valkey_url": "redis://-/0",
    "queue_url": "redis://-/1",
}


def _faults(error: ValidationError) -> dict[str, str]:
    """Setting (empty: several together) → what is wrong with it, never its value."""
    found: dict[str, str] = {}
    for fault in error.errors(include_input=False, include_url=False):
        name = str(fault["loc"][0]) if fault["loc"] else ""
        text = "is not set" if fault["type"] == "missing" else fault["msg"]
        found.setdefault(name, text.removeprefix("Value error, "))
    return found


def _together(values: dict[str, str], faulty: set[str]) -> str:
    """What does not fit together, whatever else is wrong; empty when nothing."""
    embedded = os.environ.get("SIGNET_EMBEDDED", "").lower() in ("1", "true", "yes", "on")
    host = "http://localhost" if embedded else "https://id.example.com"
    stand_ins: dict[str, Any] = {**_STAND_INS, "issuer": host}
    for name in faulty - stand_ins.keys():
        stand_ins[name] = Config.model_fields[name].default
    try:
        Config(**values | {name: stand_ins[name] for name in faulty})
    except ValidationError as error:
        return _faults(error).get("", "")
    return ""


def load() -> Config:
    """Read the environment.

    Exits with one message that names every fault, never a value.
    """
    values, lines = _from_files()
    faults: dict[str, str] = {}
    try:
        found = Config(**values)  # type: ignore[arg-type]
    except ValidationError as error:
        faults = _faults(error)
    if faults and "" not in faults:
        faults[""] = _together(values, set(faults))
    for name, text in faults.items():
        if text:
            lines.append(f"  {_PREFIX + name.upper() if name else 'Together:'} {text}")
    lines += [f"  {text}" for text in unknown(os.environ, Config.model_fields)]
    if lines:
        sys.exit("Signet cannot start. Its configuration has faults:\n" + "\n".join(sorted(lines)))
    return found
