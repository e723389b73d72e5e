"""Bring the database of `make run` up to date: one process, for each would load Django anew."""

import sys

import django
from django.apps import apps
from django.core.management import CommandError, call_command

from idp.embedded.demo import AUDIENCE


def _rename_the_api() -> None:
    """It was called by its address, port and all; a scope belongs to one API, so that the file
    would be refused for ever in a folder filled then."""
    resources = apps.get_model("oauth", "Resource").objects
    if not resources.filter(identifier=AUDIENCE).exists():
        resources.filter(
            identifier__regex=r"^http://localhost:[0-9]+$",
            declared=True,
            scopes__name="orders:read",
        ).update(identifier=AUDIENCE)


def main() -> None:
    """Migrate, then apply the files named. Exits with what the command says."""
    django.setup()
    try:
        call_command("migrate", verbosity=0)
        _rename_the_api()
        call_command("apply", *sys.argv[1:])
    except CommandError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
