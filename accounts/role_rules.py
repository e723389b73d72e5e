"""What roles may be called, and whose roles and groups may be."""

import re

from django.utils.translation import gettext as _

from accounts.floor_above import floor_above

# Files name a client's role `client/role`, and claims must survive being joined by commas.
_NAME = re.compile(r"[^\s/,]([^/,]*[^\s/,])?\Z")


def name_fault(name: str) -> str:
    """Empty when a role may have this name."""
    return "" if _NAME.match(name) else _("A name has no slash and no comma.")


def audience_fault(audience: str) -> str:
    """Empty when it is everybody's, or an app's that there is.

    The role of an app that does not exist yet would be given to whoever makes one of that name.
    """
    known = not audience or audience in floor_above().names_of_apps([audience])
    return "" if known else _("There is no app with this client id.")
