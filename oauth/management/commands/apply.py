"""`manage.py apply FILE…`: make the deployment what the files say."""

import os
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from oauth.declaration import plan, show
from oauth.declaration.fault import Faulty
from oauth.declaration.write import write

_LOCK = 0x5161_0003  # advisory lock: two runs at a time are one after the other


class Command(BaseCommand):
    help = (
        "Create and change people, groups, roles, APIs and clients as YAML files say. "
        "Running it again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--plan", action="store_true", help="Show what would change, no more.")
        parser.add_argument(
            "--prune",
            action="store_true",
            help="Also delete what an earlier apply made and the files no longer name. "
            "Only kinds that the files have a section for; never people. Needs --yes.",
        )
        parser.add_argument("--yes", action="store_true", help="Really delete.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["prune"] and not options["yes"] and not options["plan"]:
            raise CommandError("--prune deletes: look at --plan --prune first, then add --yes")
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
                self._run(plan.make(options["files"], os.environ), options)
        except Faulty as error:
            faults = "\n".join(f"  {fault}" for fault in error.faults)
            raise CommandError(f"Nothing was changed:\n{faults}") from None

    def _run(self, found: plan.Plan, options: dict[str, Any]) -> None:
        deletions = found.stray if options["prune"] else ()
        for change in (*found.changes, *deletions):
            for line in show.lines(change):
                self.stdout.write(line)
        if found.stray and not options["prune"]:
            # Other files may declare them: whoever applies one is not told to delete those.
            each = Counter(one.section for one in found.stray)
            count = ", ".join(f"{section} ({number})" for section, number in each.items())
            self.stdout.write(f"Left as they are, for these files do not name them: {count}")
            self.stdout.write("They may stand in other files; --plan --prune names each.")
        if not found.changes and not deletions:
            self.stdout.write("nothing to change")
            return
        if options["plan"]:
            self.stdout.write(f"{len(found.changes) + len(deletions)} to change; nothing was.")
            return
        shown = write(found.changes, deletions)
        transaction.on_commit(lambda: self._show(shown))
        self.stdout.write(f"{len(found.changes) + len(deletions)} changed")

    def _show(self, shown: list[tuple[str, str]]) -> None:
        """Only after the commit: a secret that was rolled back must not be handed out."""
        if shown:
            self.stdout.write("New client secrets. They are shown this once:")
        for label, value in shown:
            self.stdout.write(f"  {label}: {value}")
