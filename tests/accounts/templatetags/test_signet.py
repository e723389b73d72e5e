"""Names and times as every page shows them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.utils import translation

from accounts.templatetags.signet import bdi
from tests.accounts.surfer import Surfer, make_person

TEMPLATES = Path(settings.BASE_DIR) / "templates"


def _texts() -> Iterator[tuple[str, str]]:
    for path in TEMPLATES.rglob("*.html"):
        name = str(path.relative_to(TEMPLATES))
        if not name.startswith("email/"):
            yield name, path.read_text()


def test_a_name_inside_a_sentence_turns_no_other_words() -> None:
    page = Template(
        "{% load i18n signet %}{% blocktranslate with app=app|bdi %}Back to {{ app }}"
        "{% endblocktranslate %}"
    )
    with translation.override("ar"):
        text = page.render(Context({"app": "<b>مدير & Co."}))
    assert "<bdi>&lt;b&gt;مدير &amp; Co.</bdi>" in text
    assert bdi("") == ""


def test_every_sentence_with_a_name_keeps_it_apart() -> None:
    seen = 0
    for where, text in _texts():
        for found in re.finditer(r"{% blocktranslate with ([^%]*)%}", text):
            if text[: found.start()].endswith('"'):
                continue  # an attribute has no elements
            for value in re.findall(r"\b(?:app|name|inviter|client|secret)=(\S+)", found[1]):
                seen += 1
                assert value.endswith("|bdi"), (where, found[0])
    assert seen > 25


def test_such_a_sentence_on_a_button_is_one_piece() -> None:
    """A button lays its children out below one another: the name would get a line of its own."""
    buttons = 0
    for where, text in _texts():
        for label in re.findall(r"{% blocktranslate with [^%]*[|]bdi %}[^\n]*?</button>", text):
            buttons += 1
            assert label.endswith("</span></button>"), (where, label)
    assert buttons > 2


def test_every_time_shown_on_hovering_names_its_zone() -> None:
    titles = [
        (where, title)
        for where, text in _texts()
        for title in re.findall(r'<time [^>]*title="([^"]*)"', text)
    ]
    assert len(titles) >= 5
    assert all("|moment" in title for _where, title in titles), titles


@pytest.mark.django_db
def test_the_zone_is_the_persons() -> None:
    make_person("bob", zoneinfo="Asia/Tokyo")
    surfer = Surfer()
    surfer.sign_in()
    assert re.search(r'title="[^"]*\(Asia/Tokyo\)"', surfer.open("/account/activity").text)
