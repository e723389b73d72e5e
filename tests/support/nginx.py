"""The proxy of docker-compose.yml as a process: deploy/nginx.conf.template with test ports."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import requests

from idp.embedded.process import Child, start, wait_until
from idp.embedded.valkey import free_port
from tests.support.deployment import Deployment, deploy
from tests.support.live import ROOT

MAIN = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/site.conf;
}}
"""
_SECRET = "a secret of the proxy and Signet alone"


@dataclass
class Proxied:
    """`plain`: the origin without TLS."""

    signet: Deployment
    plain: str
    nginx: Child

    def stop(self) -> None:
        self.nginx.stop()
        self.signet.stop()


def _site(signet: Deployment, tls: int, plain: int) -> str:
    """The template, where its variables, addresses and files are those of the test."""
    text = (ROOT / "deploy" / "nginx.conf.template").read_text()
    folder = signet.log.parent
    for was, becomes in (
        ("${SIGNET_HOST}", "localhost"),
        ("${SIGNET_PROXY_SECRET}", _SECRET),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{tls} ssl;"),
        # nginx before 1.25.1 (Debian 12) does not know it.
        ("http2 on;", ""),
        ("/run/secrets/tls_certificate", str(folder / "chain.pem")),
        ("/run/secrets/tls_key", str(folder / "key.pem")),
        ("http://web:8000", f"http://127.0.0.1:{signet.ports[0]}"),
        # $host is without the port, of which the real one needs none.
        ("proxy_set_header Host $host;", "proxy_set_header Host $http_host;"),
    ):
        assert was in text, was
        text = text.replace(was, becomes)
    return text


def start_proxied(name: str) -> Proxied:
    """Signet on a database called `name`, behind nginx; its issuer is the proxy's address."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program is not None
    tls, plain = free_port(), free_port()
    issuer = f"https://localhost:{tls}"
    signet = deploy(name, tls=False, SIGNET_ISSUER=issuer, SIGNET_PROXY_SECRET=_SECRET)
    try:
        folder = Path(tempfile.mkdtemp(prefix="signet-nginx-"))
        (folder / "site.conf").write_text(_site(signet, tls, plain))
        (folder / "nginx.conf").write_text(MAIN.format(folder=folder))
        command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf")]
        nginx = start("nginx", command, log=folder / "nginx.log")
        with nginx.ended_unless_ready():
            wait_until(lambda: _answers(f"{signet.issuer}/livez", signet.ca), nginx)
    except BaseException:
        signet.stop()
        raise
    return Proxied(signet, f"http://127.0.0.1:{plain}", nginx)


def _answers(url: str, ca: str) -> bool:
    try:
        return requests.get(url, verify=ca, timeout=2).status_code == 200
    except requests.RequestException:
        return False
