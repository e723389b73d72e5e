"""Signet and the demo app on two registrable domains, over TLS with a certificate authority."""

import base64
import hashlib
import os
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


@dataclass
class Domains:
    """`pins`: the public keys of the two servers, as Chromium names them."""

    issuer: str
    app: str
    pins: list[str]
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


def start_domains(name: str) -> Domains:
    """Start both on a database called `name`; browsers must map the two names to 127.0.0.1."""
    folder = Path(tempfile.mkdtemp(prefix="signet-domains-"))
    authority = trustme.CA()
    ca = str(folder / "ca.pem")
    authority.cert_pem.write_to_path(ca)
    op, rp = free_port(), free_port()
    issuer, app = f"https://op.test:{op}", f"https://rp.test:{rp}"
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
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    manage(env, "migrate", "--verbosity", "0")
    manage(env, "apply", "examples/demo.yaml")
    op_tls, op_pin = _certificate(authority, "op.test", folder)
    rp_tls, rp_pin = _certificate(authority, "rp.test", folder)
    found = Domains(issuer, app, [op_pin, rp_pin], [])
    try:
        server = serve(env, op, folder / "server.log", *op_tls)
        found.children.append(server)
        url = f"https://localhost:{op}/livez"
        wait_until(lambda: answers(url, host=f"op.test:{op}", ca=ca), server)
        secret = SECRETS["DEMO_CLIENT_SECRET"]
        log = folder / "app.log"
        found.children.append(start_tls_app(issuer, "demo-app", secret, app, rp_tls, ca, log))
    except BaseException:
        found.stop()
        raise
    return found
