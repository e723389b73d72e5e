"""`manage.py rotate_keys`: one step of the rotation of signing keys, or all of it at once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from oauth import keys


class Command(BaseCommand):
    help = (
        "Take the next step in rotating signing keys, if it is due. With --now new keys sign at "
        "once: clients that cached the old key set fail until they fetch the new one. After a "
        "leak use --revoke: whatever that key signed is refused here within half a minute, and by "
        "apps as soon as they fetch the key set again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--now", action="store_true", help="Do not wait for anything.")
        how.add_argument("--revoke", metavar="KID", help="Trust this key no longer: it leaked.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["revoke"]:
            try:
                done = keys.revoke(options["revoke"], timezone.now())
            except keys.NoSuchKey:
                raise CommandError("There is no such key, or it is revoked already.") from None
        else:
            done = keys.rotate(timezone.now(), at_once=options["now"])
        for step in done:
            self.stdout.write(step)
        if not done:
            self.stdout.write("nothing to rotate yet")
