"""docker-compose.yml and the image: every setting gets in, no secret gets out."""

import re
from fnmatch import fnmatch

from tests.deploy.compose import services
from tests.support.live import ROOT

_OURS = ("migrate", "web", "worker", "beat")
# The deployment's own: the address people use, and secrets as files.
_FIXED = re.compile(r"SIGNET_ISSUER|SIGNET_\w+_FILE|SIGNET_WORKER|SIGNET_HEARTBEAT")


def test_whatever_stands_in_the_file_of_settings_reaches_every_process() -> None:
    for name in _OURS:
        one = services()[name]
        assert one["env_file"] == [{"path": ".env", "required": False}]
        # What is named here as well wins over the file: it must be the same.
        for variable, value in one["environment"].items():
            assert _FIXED.fullmatch(variable) or value.startswith(f"${{{variable}:"), variable


def test_the_builder_gets_what_the_image_copies_and_nothing_else() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    patterns = [line for line in lines if line and not line.startswith("#")]
    assert patterns[0] == "*"
    let_in = {one[1:] for one in patterns if one.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(\S+)", (ROOT / "Dockerfile").read_text(), re.M)
    assert let_in == set(copied)
    assert not any(fnmatch(path, one) for one in let_in for path in ("secrets", ".env", "var"))
