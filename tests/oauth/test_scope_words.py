"""One reading of `scope` for all who read it."""

import pytest

from oauth.errors import InvalidScope
from oauth.scope_words import scope_words


def test_each_word_counts_once_in_the_order_sent() -> None:
    assert scope_words("b a b !#[]~") == ("b", "a", "!#[]~")


@pytest.mark.parametrize(
    "text", ["", " ", "a ", " a", "a  b", "a\tb", "a\u00a0b", "a\n", 'a"', "é"]
)
def test_what_the_grammar_does_not_allow_is_refused(text: str) -> None:
    with pytest.raises(InvalidScope):
        scope_words(text)
