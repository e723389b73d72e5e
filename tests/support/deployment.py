"""Signet over TLS for black-box tests: its rows are copied and moved by SQL alone.

A test never shares a person or a client with another one: it copies a seeded row.
"""

import json
import os
import secrets
import subprocess
import sys
import tempfile
import uuid
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import product
from pathlib import Path
from typing import Any

import psycopg
import trustme
from jwcrypto import jwk
from psycopg.types.json import Jsonb

from idp.embedded.process import Child
from idp.embedded.valkey import free_port
from tests.support import jose, seeded
from tests.support.live import ROOT, create_database, database_url, manage, serve, wait
from tests.support.people import Person
from tests.support.provider import Provider
from tests.support.rp import Credentials, RelyingParty


class Node(Provider):
    """One process by its own address; its documents name the issuer all share."""

    @property
    def jwks_uri(self) -> str:
        return f"{self.issuer}/oauth/jwks"


@dataclass
class Deployment:
    """`processes` are separate servers that share everything but memory."""

    issuer: str
    ca: str
    env: dict[str, str]
    ports: list[int]
    processes: list[Child] = field(default_factory=list)
    log: Path = field(default_factory=Path)
    # Keys of the deployment whose private half the tests know: what these signed is genuine.
    own_keys: dict[str, jwk.JWK] = field(default_factory=dict)
    options: list[str] = field(default_factory=list)

    @cached_property
    def op(self) -> Provider:
        return Provider(self.issuer, self.ca)

    def origin(self, index: int) -> str:
        return f"{'https' if self.options else 'http'}://localhost:{self.ports[index]}"

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """One committed statement; its rows."""
        with psycopg.connect(self.env["SIGNET_DATABASE_URL"], autocommit=True) as connection:
            found = connection.execute(statement, values or None)
            return found.fetchall() if found.description else []

    def manage(self, *arguments: str) -> str:
        return manage(self.env, *arguments)

    def apply(self, declaration: dict[str, Any], *options: str) -> str:
        """`manage.py apply` of a file that says this; raises RuntimeError when it is refused."""
        path = self.log.parent / f"{uuid.uuid4()}.yaml"
        path.write_text(json.dumps(declaration))  # JSON is YAML
        return self.manage("apply", str(path), *options)

    def copy(self, table: str, where: str, value: Any, **over: Any) -> dict[str, Any]:
        """A new row like a seeded one, with a new key and some columns changed."""
        ((found,),) = self.sql(f"SELECT to_jsonb(t) FROM {table} t WHERE {where} = %s", value)
        row = {**found, "id": str(uuid.uuid4()), **over}
        self.sql(
            f"INSERT INTO {table} SELECT * FROM jsonb_populate_record(null::{table}, %s)",
            Jsonb(row),
        )
        return row

    def person(self, like: str = "alice", **over: Any) -> Person:
        """Somebody new with every claim filled; alice's kind holds the role shopkeeper."""
        name = f"p{secrets.token_hex(6)}"
        row = self.copy(
            "accounts_user", "username_key", like,
            username=name, username_key=name,
            email=f"{name}@people.test", email_key=f"{name}@people.test", **over,
        )  # fmt: skip
        self.sql(
            "INSERT INTO accounts_user_groups (user_id, group_id) SELECT %s, g.group_id "
            "FROM accounts_user_groups g JOIN accounts_user u ON u.id = g.user_id "
            "WHERE u.username_key = %s",
            row["id"], like,
        )  # fmt: skip
        return Person(row["id"], row["username"], row["email"], seeded.PASSWORD)

    def client(self, like: str = "basic", **over: Any) -> Credentials:
        """A new client like a seeded one; columns of `oauth_client` may be changed."""
        client_id = f"c_{secrets.token_hex(12)}"
        row = self.copy("oauth_client", "client_id", f"c_{like}", client_id=client_id, **over)
        method = row["token_endpoint_auth_method"]
        has_secret = method.startswith("client_secret")
        if has_secret:
            self.add_secret(client_id, seeded.secret_of(client_id))
        uris = row["redirect_uris"]
        return Credentials(
            client_id,
            method,
            seeded.secret_of(client_id) if has_secret else "",
            uris[0] if uris else "",
            seeded.CLIENT_KEY if method == "private_key_jwt" else None,
            row["id_token_signed_response_alg"],
        )

    def add_secret(self, client_id: str, secret: str, **over: Any) -> None:
        ((secret_id,),) = self.sql(
            "SELECT s.id FROM oauth_clientsecret s JOIN oauth_client c ON c.id = s.client_id "
            "WHERE c.client_id = 'c_basic' LIMIT 1"
        )
        ((owner,),) = self.sql("SELECT id FROM oauth_client WHERE client_id = %s", client_id)
        digest = seeded.digest_of(secret)
        self.copy(
            "oauth_clientsecret", "id", secret_id, client_id=str(owner), digest=digest, **over
        )

    def rp(self, like: str = "basic", **over: Any) -> RelyingParty:
        """A relying party with a new client of its own."""
        return RelyingParty(self.op, self.client(like, **over))

    def genuine(self, token: str, state: str = "retired", **over: Any) -> str:
        """The same token with other claims, signed by a key of this deployment; None removes one."""
        head, claims = jose.parts(token)
        changed = {name: value for name, value in {**claims, **over}.items() if value is not None}
        key = self.own_keys[f"{state} {head['alg']}"]
        return jose.sign(changed, key, head["alg"], typ=head["typ"], kid=key["kid"])

    def introspector(self, identifier: str = seeded.API) -> RelyingParty:
        """An API's own client, which may introspect its tokens."""
        found = self.rp("basic")
        self.sql(
            "INSERT INTO oauth_resource_introspectors (resource_id, client_id) "
            "SELECT r.id, c.id FROM oauth_resource r, oauth_client c "
            "WHERE r.identifier = %s AND c.client_id = %s",
            identifier, found.client.client_id,
        )  # fmt: skip
        return found

    def add_process(self) -> Node:
        """One more server of the same deployment, with nothing in its memory yet."""
        port = free_port()
        process = serve(self.env, port, self.log, *self.options)
        self.ports.append(port)
        self.processes.append(process)
        wait(self.origin(-1), process, self.log, self.ca)
        return Node(self.origin(-1), self.ca)

    def stop(self) -> None:
        for process in self.processes:
            process.stop()


def _certificates(folder: Path) -> tuple[str, list[str]]:
    """A test authority, and granian's options for a certificate of it."""
    authority = trustme.CA()
    issued = authority.issue_cert("localhost", "127.0.0.1")
    authority.cert_pem.write_to_path(folder / "ca.pem")
    issued.private_key_pem.write_to_path(folder / "key.pem")
    for blob in issued.cert_chain_pems:
        blob.write_to_path(folder / "chain.pem", append=True)
    pair = [str(folder / "chain.pem"), str(folder / "key.pem")]
    return str(folder / "ca.pem"), ["--ssl-certificate", pair[0], "--ssl-keyfile", pair[1]]


def _add_own_keys(found: Deployment) -> None:
    """Former signing keys: one that only verifies by now, and deleted ones."""
    for state, alg in product(("retired", "deleted"), ("ES256", "RS256")):
        key = jose.new_key("EC" if alg == "ES256" else "RSA", kid=f"{state}-{alg}-{uuid.uuid4()}")
        public = {**key.export_public(as_dict=True), "alg": alg, "use": "sig"}
        found.sql(
            "INSERT INTO oauth_signingkey (id, kid, alg, state, public_jwk, created_at, "
            "activated_at, retired_at) VALUES (%s, %s, %s, %s, %s, now(), now(), now())",
            str(uuid.uuid4()), key["kid"], alg, state, Jsonb(public),
        )  # fmt: skip
        found.own_keys[f"{state} {alg}"] = key


@cache
def _template() -> str:
    """A database, migrated and seeded once in this process, that every deployment starts from."""
    name = f"blackbox_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    create_database(name)
    env = {**os.environ, "SIGNET_DATABASE_URL": database_url(name)}
    manage(env, "migrate", "--verbosity", "0")
    subprocess.run([sys.executable, "-m", "tests.support.seed"], cwd=ROOT, env=env, check=True)
    return name


def _clone(name: str) -> str:
    """A new database like the template; its URL."""
    template = _template()
    with psycopg.connect(os.environ["SIGNET_DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return database_url(name)


def deploy(name: str, *, processes: int = 1, tls: bool = True, **settings: str) -> Deployment:
    """A seeded database, and servers of one issuer on it; without `tls` behind a proxy's."""
    folder = Path(tempfile.mkdtemp(prefix="signet-live-"))
    ca, options = _certificates(folder)
    ports = [free_port() for _ in range(processes)]
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "idp.settings",
        "SIGNET_ISSUER": f"https://localhost:{ports[0]}",
        "SIGNET_DATABASE_URL": _clone(name),
        # Every browser of a test comes from an address of its own.
        "SIGNET_TRUSTED_PROXIES": "127.0.0.1/32",
        "PYTHONDONTWRITEBYTECODE": "1",
        **settings,
    }
    log = folder / "server.log"
    options = options if tls else []
    found = Deployment(env["SIGNET_ISSUER"], ca, env, ports, log=log, options=options)
    try:
        _add_own_keys(found)
        for index, port in enumerate(ports):
            found.processes.append(serve(env, port, log, *options))
            wait(found.origin(index), found.processes[index], log, ca)
    except BaseException:
        found.stop()
        raise
    return found
