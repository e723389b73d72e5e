"""Names that people chose, made harmless for messages that we sign."""

import re
import unicodedata

_LONGEST = 80
# What makes a mail program turn a word into a link or an address.
_JOINTS = re.compile(r"(?<=\S)([./:@\\])(?=\S)")
_WORD_JOINER = "\u2060"


def plain(name: str, longest: int = _LONGEST) -> str:
    """The name on one line, of bounded length, in which no mail program finds a link.

    Otherwise a stranger who registers as "prize at evil.test" lets us mail his advertisement.
    """
    line = " ".join(name.split())[:longest]
    shown = "".join(char for char in line if unicodedata.category(char)[0] != "C")
    return _JOINTS.sub(rf"\1{_WORD_JOINER}", shown)
