"""The look of a client's flow: few tokens, readable ones."""

import pytest

from oauth.client_rules import branding


@pytest.mark.parametrize(
    "good",
    [
        {},
        None,
        {"color": "#0b5d3b", "ink": "#ffffff"},
        {"headline": "Bestellungen für alle", "help_uri": "https://help.example/a?b=c"},
    ],
)
def test_these_are_good(good: object) -> None:
    assert not list(branding.check({"branding": good}))


@pytest.mark.parametrize(
    ("bad", "word"),
    [
        ({"color": "#0b5d3b"}, "ink"),
        ({"color": "red", "ink": "#ffffff"}, "#rrggbb"),
        ({"color": "#ffffff;} body{background:url(//evil.test)", "ink": "#000000"}, "#rrggbb"),
        ({"color": "#777777", "ink": "#888888"}, "contrast"),
        ({"color": "#767676", "ink": "#ffffff\n"}, "#rrggbb"),
        ({"css": "x"}, "css"),
        ({"headline": "x" * 121}, "120"),
        ({"headline": "a\nb"}, "one line"),
        ({"help_uri": "javascript:alert(1)"}, "https"),
        ({"help_uri": 'https://x.test/"><script>'}, "https"),
        ({"color": 7, "ink": 8}, "texts"),
        (["x"], "texts"),
    ],
)
def test_these_are_refused_case_320(bad: object, word: str) -> None:
    assert word in " ".join(fault.message for fault in branding.check({"branding": bad}))


def test_contrast_is_that_of_wcag() -> None:
    assert round(branding.contrast("#ffffff", "#000000"), 1) == 21.0
    assert branding.contrast("#767676", "#ffffff") > 4.5 > branding.contrast("#777777", "#ffffff")
