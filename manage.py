#!/usr/bin/env python
"""Signet's commands."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "idp.settings")
    if sys.stderr.isatty():
        # Who types a command reads its answer; what it did is in the audit trail all the same.
        os.environ.setdefault("SIGNET_LOG_LEVEL", "WARNING")
    execute_from_command_line(sys.argv)
