"""What `make run` serves, on free ports: Signet, two demo apps and the API."""

import secrets
import uuid
from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb

from idp.embedded.demo import AUDIENCE
from idp.embedded.process import Child
from idp.embedded.valkey import free_port
from tests.browser.applications import start_api, start_app
from tests.support.live import Live, start_live

ALICE = "the rabbit hole is deep"
BOB = "yes we can build it all"
ADMIN = "lovelace wrote it first"
SECRETS = {
    "DEMO_PASSWORD_ALICE": ALICE,
    "DEMO_PASSWORD_BOB": BOB,
    "DEMO_PASSWORD_ADMIN": ADMIN,
    "DEMO_CLIENT_SECRET": "sgs_" + "1" * 48,
    "DEMO_CLIENT_SECRET_2": "sgs_" + "2" * 48,
    "DEMO_MACHINE_SECRET": "sgs_" + "3" * 48,
}


@dataclass
class Demo:
    """Origins; `api` is empty where Node.js or its packages are missing."""

    live: Live
    app: str
    second: str
    api: str
    children: list[Child]

    @property
    def issuer(self) -> str:
        return self.live.url

    @property
    def origins(self) -> set[str]:
        return {self.issuer, self.app, self.second}

    def newcomer(self, **over: Any) -> str:
        """The username of somebody new, like Bob but for `over`, and with his password."""
        name = f"p{secrets.token_hex(4)}"
        ((row,),) = self.live.sql(
            "SELECT to_jsonb(t) FROM accounts_user t WHERE username_key = %s", "bob"
        )
        address = f"{name}@example.com"
        own = {"username": name, "username_key": name, "email": address, "email_key": address}
        self.live.sql(
            "INSERT INTO accounts_user SELECT * FROM jsonb_populate_record(null::accounts_user, %s)",
            Jsonb({**row, **own, "id": str(uuid.uuid4()), **over}),
        )
        return name

    def stop(self) -> None:
        for child in self.children:
            child.stop()
        self.live.stop()


def start_demo(name: str) -> Demo:
    """Start all of it on a database called `name`."""
    first, second, api = free_port(), free_port(), free_port()
    app, other = f"http://localhost:{first}", f"http://localhost:{second}"
    api_url = f"http://localhost:{api}"
    live = start_live(
        name,
        data=["examples/demo.yaml"],
        **SECRETS,
        DEMO_URL=app,
        DEMO_URL_2=other,
        SIGNET_REGISTRATION="open",
        SIGNET_MAGIC_CODES="true",
        SIGNET_TERMS_URL="https://legal.example/terms",
        SIGNET_TERMS_VERSION="1",
    )
    # Those who are there already accepted them.
    live.sql("UPDATE accounts_user SET terms_version = '1', terms_accepted_at = now()")
    found = Demo(live, app, other, "", [])
    folder = live.log.parent
    try:
        server = start_api(live.url, api, folder / "api.log")
        if server:
            found.children.append(server)
            found.api = api_url
        for client, secret, port, title in (
            ("demo-app", "DEMO_CLIENT_SECRET", first, "Demo app"),
            ("demo-app-2", "DEMO_CLIENT_SECRET_2", second, "Second demo app"),
        ):
            log = folder / f"{client}.log"
            more = {"APP_NAME": title, "API_URL": found.api, "API_RESOURCE": AUDIENCE}
            found.children.append(start_app(live.url, client, SECRETS[secret], port, log, **more))
    except BaseException:
        found.stop()
        raise
    return found
