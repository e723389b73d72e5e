"""docker-compose.yml, and its health checks as commands that run here."""

import os
import subprocess
from collections.abc import Mapping
from typing import Any

import yaml

from tests.support.live import ROOT


def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    return found


def is_healthy(service: str, env: Mapping[str, str], **instead: str) -> bool:
    """Run the service's check as compose would. `instead`: `port="8443"` where it is not 443."""
    kind, command = services()[service]["healthcheck"]["test"]
    assert kind == "CMD-SHELL"
    command = command.replace("$$", "$")
    if "port" in instead:
        name, port = env["SIGNET_HOST"], instead["port"]
        command = command.replace(":443:", f":{port}:").replace("$SIGNET_HOST/", f"{name}:{port}/")
    done = subprocess.run(
        ["/bin/sh", "-c", command], env=os.environ | dict(env), check=False, capture_output=True
    )
    return done.returncode == 0
