"""`manage.py rotate_keys`: one step of the rotation of signing keys, or all of it at once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from oauth import keys


class Command(BaseCommand):
    help = (
        "Take the next step in rotating signing keys, if it is due. With --now new keys sign at "
        "once: after a leak. Clients that cached the old key set fail until they fetch the new one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--now", action="store_true", help="Do not wait for anything.")

    def handle(self, *args: Any, **options: Any) -> None:
        done = keys.rotate(timezone.now(), at_once=options["now"])
        for step in done:
            self.stdout.write(step)
        if not done:
            self.stdout.write("nothing to rotate yet")
