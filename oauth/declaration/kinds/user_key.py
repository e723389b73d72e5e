"""How a file names a person: by username, in any spelling."""

from idp.ground.canonical import NotCanonical, username_key


def key_of(username: str) -> str:
    """The canonical form; what can be no username stays as it is, for a rule to refuse."""
    try:
        return username_key(username)
    except NotCanonical:
        return username
