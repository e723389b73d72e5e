"""Two spellings of one name are one name; what only looks like one is none."""

import time
from collections.abc import Callable

import pytest
from django.core.mail import EmailMessage
from hypothesis import given
from hypothesis import strategies as st

from idp.ground.canonical import NotCanonical, email_key, mail_address, phone_key, username_key


@pytest.mark.parametrize(
    ("spelling", "key"),
    [
        ("bob", "bob"),
        ("Bob", "bob"),
        (" BOB ", "bob"),
        ("ＢＯＢ", "bob"),  # full width
        ("ﬁona", "fiona"),  # ligature
        ("Straße", "strasse"),
        ("ÅSA", "åsa"),
        ("A\u030aSA", "åsa"),  # decomposed
        ("İ", "i\u0307"),  # not plain i: a Turkish name is not another one
        ("ı", "ı"),
        ("五郎", "五郎"),
        ("o'neil", "o'neil"),
    ],
)
def test_spellings_of_a_username_that_are_one(spelling: str, key: str) -> None:
    assert username_key(spelling) == key


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("a@b", "at"),
        ("a＠b", "at"),
        ("a b", "characters"),
        ("a\u00a0b", "characters"),
        ("a\u200bb", "characters"),  # zero-width space
        ("a\u200db", "characters"),  # zero-width joiner
        ("a\u00adb", "characters"),  # soft hyphen
        ("a\u202eb", "characters"),  # right-to-left override
        ("a\u2066b", "characters"),
        ("a\ufe0fb", "characters"),  # variation selector
        ("a\u034fb", "characters"),  # combining grapheme joiner
        ("\u3164", "characters"),  # Hangul filler
        ("\u2800", "characters"),  # blank braille
        ("a\U000e0041b", "characters"),  # tag
        ("a\U000e0101b", "characters"),
        ("a\0b", "characters"),
        ("a\r\nb", "characters"),
        ("a\ud800b", "characters"),
        ("a" * 151, "long"),
        ("\ufdf2" * 40, "long"),  # one character that folds into four
    ],
)
def test_what_is_no_username(text: str, reason: str) -> None:
    with pytest.raises(NotCanonical) as refused:
        username_key(text)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("spelling", "key"),
    [
        ("Alice@Example.TEST", "alice@example.test"),
        (" alice@example.test ", "alice@example.test"),
        ("alice+tag@example.test", "alice+tag@example.test"),
        ("a.l.i.c.e@example.test", "a.l.i.c.e@example.test"),
        ("ａlice@example.test", "alice@example.test"),
        ("jürgen@example.test", "jürgen@example.test"),
        ("a@münchen.test", "a@xn--mnchen-3ya.test"),
        ("a@XN--MNCHEN-3YA.test", "a@xn--mnchen-3ya.test"),
        ("a@例え.test", "a@xn--r8jz45g.test"),
        ("a@ＥＸＡＭＰＬＥ。test", "a@example.test"),
        ("a@MÜNCHEN.Test", "a@xn--mnchen-3ya.test"),
        ("a@mu\u0308nchen.test", "a@xn--mnchen-3ya.test"),
        ("a@straße.test", "a@xn--strae-oqa.test"),
        ("a@STRAẞE.test", "a@xn--strae-oqa.test"),
        ("a@xn--strae-oqa.test", "a@xn--strae-oqa.test"),
        ("straße@straße.test", "strasse@xn--strae-oqa.test"),
        ("a@βόλος.test", "a@xn--nxasmm1c.test"),
        ("a@r3---cdn.straße.test", "a@r3---cdn.xn--strae-oqa.test"),
        ("root@localhost", "root@localhost"),
        ("mıke@example.test", "mıke@example.test"),  # CVE-2019-19844: not mike
    ],
)
def test_spellings_of_an_address_that_are_one(spelling: str, key: str) -> None:
    assert email_key(spelling) == key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("anna@straße.test", "anna@strasse.test"),
        ("anna@βόλος.test", "anna@βόλοσ.test"),
        ("anna@i\u0307.test", "anna@i.test"),
        ("anna@ı.test", "anna@i.test"),
    ],
)
def test_two_domains_of_two_owners_are_two_addresses(one: str, other: str) -> None:
    """RFC 5894 §7.2: what IDNA 2003 took for one may be registered by two since 2010."""
    assert email_key(one) != email_key(other)


@pytest.mark.parametrize(
    ("written", "sent_to"),
    [
        ("Anna.B+x@Straße.test", "Anna.B+x@xn--strae-oqa.test"),
        (" anna＠people.test ", "anna@people.test"),
        ("Anna@people.test", "Anna@people.test"),
    ],
)
def test_a_mail_server_gets_the_domain_in_ascii_and_the_rest_as_written(
    written: str, sent_to: str
) -> None:
    assert mail_address(written) == sent_to
    assert email_key(sent_to) == email_key(written)
    with pytest.raises(NotCanonical):
        mail_address(f"{written}\r\nBcc: b@evil.test")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "alice",
        "@example.test",
        "alice@",
        "a@b@example.test",
        "a@exam ple.test",
        "a b@example.test",
        '"a b"@example.test',
        '"a"@example.test',
        "a,b@example.test",
        "a@example.test,b@evil.test",
        "a@example.test>,<b@evil.test",
        "a<b@example.test",
        "a@<example.test>",
        "a(b)@example.test",
        "a@[127.0.0.1]",
        "a@example..test",
        "a@.example.test",
        "a@example.test.",
        "a@-example.test",
        "a@exa_mple.test",
        "a@evil.test/x",
        "a@evil.test?x",
        "a\r\nBcc: b@evil.test",
        "a@example.test\r\nBcc: b@evil.test",
        "a\0@example.test",
        "a\u200b@example.test",
        "a@" + "b" * 64 + ".test",
        "a@" + "ü" * 64 + ".test",
        "a@exa\u200cmple.test",
        "a@-ü.test",
        "a@☃.test",
        "a" * 250 + "@example.test",
        "a@" + ".".join(["b" * 60] * 5),
    ],
)
def test_what_is_no_address_case_271(text: str) -> None:
    with pytest.raises(NotCanonical):
        email_key(text)


@given(st.text(min_size=1, max_size=30), st.text(min_size=1, max_size=30))
def test_whatever_passes_is_one_recipient_and_its_own_key_case_271(local: str, host: str) -> None:
    try:
        key = email_key(f"{local}@{host}")
    except NotCanonical:
        return
    assert email_key(key) == key
    mail = EmailMessage("s", "b", "signet@op.test", [key])
    assert str(mail.message()["To"]).count("@") >= 1
    assert mail.recipients() == [key]
    assert "\n" not in str(mail.message()["To"]).strip()


@given(st.text(max_size=40))
def test_the_key_of_a_username_is_its_own_key(text: str) -> None:
    try:
        key = username_key(text)
    except NotCanonical:
        return
    assert username_key(key) == key


@pytest.mark.parametrize(
    "spelling",
    [
        "+1 (555) 555-0100",
        "0015555550100",
        "+1.555.555.0100",
        "\uff0b15555550100",
        "+15555550100 ",
        "+1\u00a0555\u00a0555\u00a00100",
    ],
)
def test_spellings_of_one_number_share_one_key_case_276(spelling: str) -> None:
    assert phone_key(spelling) == "+15555550100"


def test_a_national_prefix_in_brackets_is_left_out_case_276() -> None:
    assert phone_key("+49 (0)30 1234567") == "+49301234567"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "555 0100",
        "+1555555010\u0660",  # a digit of another script
        "+15555550100;ext=1",
        "+15555550100 ext. 1",
        "+15555550100x1",
        "+1",
        "+999123456789",
        "+1555555010012345",
        "tel:0100",
        "+1" + "5" * 1_000,
        "+1 555\r\n5550100\0",
    ],
)
def test_what_is_no_number_case_276(text: str) -> None:
    with pytest.raises(NotCanonical):
        phone_key(text)


@pytest.mark.parametrize("key", [username_key, email_key, phone_key])
def test_a_megabyte_of_marks_is_refused_before_it_is_normalised_case_346(
    key: Callable[[str], str],
) -> None:
    text = "a" + "\u0315\u0300\u05ae\u0345" * 250_000 + "@example.test"
    started = time.perf_counter()
    with pytest.raises(NotCanonical):
        key(text)
    assert time.perf_counter() - started < 0.05
