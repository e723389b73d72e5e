"""A Signet with servers of its own, any of which a test may take away."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from idp.embedded import servers as embedded
from idp.embedded.environment import environment, load_secrets
from idp.embedded.process import Child, start
from idp.embedded.servers import Servers
from idp.embedded.valkey import free_port
from tests.support.deployment import Deployment
from tests.support.live import ROOT, manage, serve, wait
from tests.support.page import Page
from tests.support.people import Person
from tests.support.sms_gateway import SilentGateway
from tests.support.smtp import MailServer


def eventually(found: Callable[[], bool], what: str, seconds: float = 90) -> None:
    """Wait for something another process does; fails, and says what, when it does not."""
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, f"after {seconds:.0f} s still not: {what}"
        time.sleep(0.1)


@dataclass
class Outage:
    """`signet` is up from the start; a worker runs once a test starts one."""

    servers: Servers
    signet: Deployment
    mail: MailServer
    sms: SilentGateway
    workers: list[Child] = field(default_factory=list)

    def start_worker(self, beat: bool = False) -> Child:
        """A worker as it is deployed, its log beside the web server's."""
        command = [
            sys.executable, "-m", "celery", "-A", "idp.celery", "worker", "--pool", "threads",
            "--concurrency", "4", "--without-gossip", "--without-mingle", "--loglevel", "INFO",
        ]  # fmt: skip
        if beat:
            command += ["-B", "-s", str(self.signet.log.parent / "beat")]
        env = {**self.signet.env, "SIGNET_WORKER": "1"}
        log = self.signet.log.parent / f"worker-{len(self.workers)}.log"
        worker = start("worker", command, env=env, cwd=ROOT, log=log)
        self.workers.append(worker)
        return worker

    def worker_is_ready(self) -> None:
        """Wait until it listens to the queue (its log tells who wrote a line, not which)."""
        log = self.signet.log.parent / f"worker-{len(self.workers) - 1}.log"
        ready = '"logger": "celery.apps.worker"'
        eventually(lambda: ready in log.read_text(), "a worker that is ready")

    def kill_valkey(self) -> None:
        self.servers.valkey.popen.kill()
        self.servers.valkey.popen.wait()

    def ask_reset(self, person: Person) -> None:
        """Ask for a link by the page, from an address of its own."""
        browser = self.signet.op.browser()
        page = browser.open("/password/forgot")
        assert isinstance(page, Page)
        (form,) = [f for f in page.document.forms if "email" in f.fields]
        button = form.xpath(".//button")[0]
        answer = browser.send(page.press_element(button, email=person.email))
        assert answer.status == 200
        assert answer.url.endswith("/password/forgot/sent")

    def ask_sms(self, person: Person, number: str) -> None:
        """Sign in and begin to set up codes by SMS, from an address of its own."""
        browser = self.signet.op.browser()
        browser.walk_home(person)
        page = browser.open("/account/factors/sms")
        assert isinstance(page, Page)
        page = browser.send(page.press("send-code", phone_number=number))
        assert isinstance(page, Page)
        assert page.find("code-status") is not None, page.text[:400]

    def opens(self, link: str) -> bool:
        """Whether a mailed link leads to the form for a new password."""
        page = self.signet.op.browser().open(link)
        return isinstance(page, Page) and page.status == 200

    def messages(self, columns: str) -> list[tuple[Any, ...]]:
        return self.signet.sql(f"SELECT {columns} FROM accounts_outboxmessage ORDER BY created_at")

    def stop(self) -> None:
        self.mail.stop()
        self.sms.stop()
        for child in self.workers:
            child.stop(2)
        self.signet.stop()
        self.servers.stop()


def _deployed(servers: Servers, folder: Path, mail: MailServer, sms: SilentGateway) -> Deployment:
    port = free_port()
    issuer = f"http://localhost:{port}"
    env = environment(
        servers,
        load_secrets(folder / "secrets.json"),
        issuer,
        DJANGO_SETTINGS_MODULE="tests.faults.settings",
        SIGNET_EMBEDDED="false",
        SIGNET_OUTBOX_VISIBLE="false",
        SIGNET_EMAIL_HOST="127.0.0.1",
        SIGNET_EMAIL_PORT=str(mail.port),
        SIGNET_EMAIL_SECURITY="none",
        SIGNET_SMS_SENDER="webhook",
        SIGNET_SMS_WEBHOOK_URL=sms.url,
        SIGNET_SMS_WEBHOOK_SECRET="of-this-test-alone",
        SIGNET_FETCH_ALLOW=urlsplit(sms.url).netloc,
        SIGNET_TRUSTED_PROXIES="127.0.0.1/32",
        PYTHONDONTWRITEBYTECODE="1",
    )
    manage(env, "migrate", "--verbosity", "0")
    subprocess.run([sys.executable, "-m", "tests.support.seed"], cwd=ROOT, env=env, check=True)
    log = folder / "server.log"
    web = serve(env, port, log)
    found = Deployment(issuer, "", env, [port], [web], log)
    try:
        wait(issuer, web, log)
    except BaseException:
        found.stop()
        raise
    return found


def begin() -> Outage:
    """Start everything but a worker."""
    folder = Path(tempfile.mkdtemp(prefix="signet-faults-"))
    folder.chmod(0o711)
    servers = embedded.start(folder, forgetful=True)
    mail, sms = MailServer(), SilentGateway()
    try:
        return Outage(servers, _deployed(servers, folder, mail, sms), mail, sms)
    except BaseException:
        mail.stop()
        sms.stop()
        servers.stop()
        raise


def end(outage: Outage, keep: bool) -> None:
    """Stop everything; the folder stays where a failed test's logs are of use."""
    outage.stop()
    if not keep or "CI" in os.environ:
        shutil.rmtree(outage.signet.log.parent, ignore_errors=True)
        shutil.rmtree(outage.servers.home.sockets, ignore_errors=True)
