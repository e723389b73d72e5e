"""`manage.py prune`: forget what nothing needs any more. Beat does the same every hour."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts import tasks as accounts_tasks
from oauth import tasks as oauth_tasks


class Command(BaseCommand):
    help = "Delete expired rows in bounded batches."

    def handle(self, *args: Any, **options: Any) -> None:
        # Authorizations first: a session must not go before what was issued in it.
        count = oauth_tasks.prune() + accounts_tasks.prune()
        self.stdout.write(f"{count} rows deleted")
