"""`manage.py bootstrap`: the link with which the first administrator is made."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.actions.first_administrator import make_link


class Command(BaseCommand):
    help = "Print a one-time link for the first administrator, valid for a day."

    def handle(self, *args: Any, **options: Any) -> None:
        link = make_link()
        if link is None:
            self.stdout.write("There is an administrator already.")
        else:
            self.stdout.write(f"Open this link to make the first administrator:\n\n  {link}\n")
