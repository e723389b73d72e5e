"""A Signet with a worker, and apps of ours that it tells of sign-outs."""

import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import trustme

from idp.embedded.process import Child, start
from tests.support import logout_token
from tests.support.deployment import Deployment, deploy
from tests.support.live import ROOT
from tests.support.rp import RelyingParty
from tests.support.told_app import ToldApps, eventually


@dataclass
class App:
    """One client and the path it is told at."""

    rp: RelyingParty
    path: str

    @property
    def client_id(self) -> str:
        return self.rp.client.client_id


@dataclass
class Telling:
    signet: Deployment
    apps: ToldApps
    worker: Child

    def app(self, like: str = "basic", **over: Any) -> App:
        """A new client that wants to be told, at a path of its own."""
        path = f"/told/{secrets.token_hex(6)}"
        over = {"backchannel_logout_uri": f"{self.apps.url}{path}", **over}
        return App(self.signet.rp(like, **over), path)

    def rows(self, app: App, columns: str = "status") -> list[tuple[Any, ...]]:
        return self.signet.sql(
            f"SELECT {columns} FROM oauth_logoutnotice n JOIN oauth_client c ON c.id = n.client_id "
            "WHERE c.client_id = %s ORDER BY n.created_at",
            app.client_id,
        )

    def settled(self, app: App, *rows: tuple[Any, ...], columns: str = "status") -> None:
        """Wait until its messages are just these."""
        eventually(
            lambda: self.rows(app, columns) == list(rows),
            f"{list(rows)}, but {self.rows(app, columns)}",
        )

    def again(self, app: App) -> None:
        """The time of the next attempt is here; whoever looks next finds it."""
        self.signet.sql(
            "UPDATE oauth_logoutnotice SET next_try_at = now() - interval '1 second' "
            "WHERE client_id = (SELECT id FROM oauth_client WHERE client_id = %s)",
            app.client_id,
        )

    def check(self, app: App, token: str) -> dict[str, Any]:
        op, client = self.signet.op, app.rp.client
        return logout_token.check(
            token, op.jwks(), issuer=op.issuer, client_id=client.client_id, alg=client.id_token_alg
        )

    def start_worker(self) -> None:
        self.worker = _worker(self.signet)

    def stop(self) -> None:
        self.worker.stop(10)
        self.apps.stop()
        self.signet.stop()


def _worker(signet: Deployment) -> Child:
    """As it is deployed; its log beside the web server's."""
    command = [
        sys.executable, "-m", "celery", "-A", "idp.celery", "worker", "--pool", "threads",
        "--concurrency", "2", "--without-gossip", "--without-mingle", "--loglevel", "INFO",
    ]  # fmt: skip
    env = {**signet.env, "SIGNET_WORKER": "1"}
    return start("worker", command, env=env, cwd=ROOT, log=signet.log)


def begin(name: str, **settings: str) -> Telling:
    """Start all three; the queue is shared with no other deployment."""
    folder = Path(mkdtemp(prefix="signet-told-"))
    apps = ToldApps(trustme.CA(), folder)
    try:
        signet = deploy(
            name,
            SIGNET_FETCH_ALLOW=f"127.0.0.1:{apps.port}",
            SIGNET_CA_FILE=apps.ca,
            **settings,
        )
    except BaseException:
        apps.stop()
        raise
    return Telling(signet, apps, _worker(signet))


def queue(url: str, index: int) -> str:
    """Another database of the same Valkey."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{index}"))
