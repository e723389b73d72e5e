"""Signet and two apps, each on a registrable domain of its own, over TLS with a test authority."""

import base64
import hashlib
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from idp.embedded.process import Child, wait_until
from idp.embedded.valkey import free_port
from tests.browser.applications import answers, start_tls_app
from tests.browser.demo import SECRETS
from tests.support.live import create_database, database_url, manage, serve
from tests.support.tools import need


@dataclass
class Domains:
    """`home`: Chromium started with it as HOME trusts the authority. Where certutil is missing it is
    empty, and `pins` names the servers' public keys, whose certificates go unchecked then."""

    issuer: str
    app: str
    second: str
    pins: list[str]
    home: str
    children: list[Child]

    def stop(self) -> None:
        for child in reversed(self.children):
            child.stop()


def _certificate(authority: trustme.CA, name: str, folder: Path) -> tuple[list[str], str]:
    """Granian's options for a certificate of this name, and the pin of its key."""
    issued = authority.issue_cert(name, "localhost")
    chain, key = folder / f"{name}.pem", folder / f"{name}.key"
    issued.private_key_pem.write_to_path(key)
    for blob in issued.cert_chain_pems:
        blob.write_to_path(chain, append=True)
    public = x509.load_pem_x509_certificate(issued.cert_chain_pems[0].bytes()).public_key()
    spki = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    pin = base64.b64encode(hashlib.sha256(spki).digest()).decode()
    return ["--ssl-certificate", str(chain), "--ssl-keyfile", str(key)], pin


def _trusting_home(folder: Path, ca: str) -> str:
    """Where Chromium on Linux looks for further authorities: a database in the person's HOME."""
    if shutil.which("certutil") is None:
        if os.environ.get("CI"):
            need("certutil")
        return ""
    database = folder / "home" / ".pki" / "nssdb"
    database.mkdir(parents=True)
    for arguments in (
        ["-N", "--empty-password"],
        ["-A", "-n", "tests", "-t", "C,,", "-i", ca],
    ):
        subprocess.run(["certutil", "-d", f"sql:{database}", *arguments], check=True)
    return str(folder / "home")


def start_domains(name: str) -> Domains:
    """Start all on a database called `name`; browsers must map the .test names to 127.0.0.1."""
    folder = Path(tempfile.mkdtemp(prefix="signet-domains-"))
    authority = trustme.CA()
    ca = str(folder / "ca.pem")
    authority.cert_pem.write_to_path(ca)
    op = free_port()
    issuer = f"https://op.test:{op}"
    apps = {name: f"https://{name}:{free_port()}" for name in ("rp.test", "shop.test")}
    app, second = apps.values()
    create_database(name)
    env = {
        **os.environ,
        **SECRETS,
        "SIGNET_ISSUER": issuer,
        # Embedded mode is for loopback names.
        "SIGNET_EMBEDDED": "false",
        "SIGNET_OUTBOX_VISIBLE": "false",
        "SIGNET_EMAIL_HOST": "mail.test",
        "SIGNET_DATABASE_URL": database_url(name),
        "DEMO_URL": app,
        "DEMO_URL_2": second,
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    manage(env, "migrate", "--verbosity", "0")
    manage(env, "apply", "examples/demo.yaml")
    op_tls, op_pin = _certificate(authority, "op.test", folder)
    found = Domains(issuer, app, second, [op_pin], _trusting_home(folder, ca), [])
    try:
        server = serve(env, op, folder / "server.log", *op_tls)
        found.children.append(server)
        url = f"https://localhost:{op}/livez"
        wait_until(lambda: answers(url, host=f"op.test:{op}", ca=ca), server)
        for client, secret, host in (
            ("demo-app", "DEMO_CLIENT_SECRET", "rp.test"),
            ("demo-app-2", "DEMO_CLIENT_SECRET_2", "shop.test"),
        ):
            tls, pin = _certificate(authority, host, folder)
            found.pins.append(pin)
            log = folder / f"{host}.log"
            started = start_tls_app(issuer, client, SECRETS[secret], apps[host], tls, ca, log)
            found.children.append(started)
    except BaseException:
        found.stop()
        raise
    return found
