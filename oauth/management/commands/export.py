"""`manage.py export`: the deployment as YAML, without secrets."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction

from oauth.declaration import export
from oauth.declaration.document import LARGEST
from oauth.declaration.kinds import BY_SECTION


class Command(BaseCommand):
    help = "Print roles, groups, APIs, clients and people as YAML that `apply` reads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--section",
            action="append",
            choices=list(BY_SECTION),
            help="Only this section; may be given several times.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        # One snapshot: the sections name each other.
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            size = 0
            for text in export.lines(options["section"] or list(BY_SECTION), self.stderr.write):
                self.stdout.write(text, ending="")
                size += len(text.encode())
        if size > LARGEST:
            self.stderr.write("This is larger than the 32 MiB that apply reads: split it in files.")
