"""Bring the database of `make run` up to date: one process, for each would load Django anew."""

import sys

import django
from django.core.management import CommandError, call_command


def main() -> None:
    """Migrate, then apply the files named. Exits with what the command says."""
    django.setup()
    try:
        call_command("migrate", verbosity=0)
        call_command("apply", *sys.argv[1:])
    except CommandError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
