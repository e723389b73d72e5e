"""What NIST SP 800-63B-4 §3.1.1.2 asks of a password that is the only factor."""

import time
from pathlib import Path
from typing import Any

import pytest

from accounts import password_policy
from accounts.errors import PasswordRefused
from accounts.models import User
from accounts.password_policy import check, normalised

_ALICE = User(
    username="wonderland",
    email="alice.liddell@people.test",
    given_name="Alice",
    family_name="Liddell",
    name="Alice Pleasance Liddell",
    nickname="Lewisgirl",
)


def _reasons(password: str, user: User | None = None) -> tuple[str, ...]:
    with pytest.raises(PasswordRefused) as refused:
        check(password, user)
    return refused.value.reasons


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "four words are plenty",
        "tr0ub4dor&3-and-more",
        "    spaces    count    ",
        "nur kleine buchstaben",
        "ユーザーは日本語のパスワードを使う",
        "😀😃😄😁😆😅😂🤣😊😇🙂🙃😉😌😍",
        "x7#Kd!09qLmZ_2vB",
        "kilometerlanger dampfer",
        "one two three password four five",
        "a" + "bcd efg hij klm nop " * 3 + "q",
    ],
)
def test_a_good_password_needs_no_composition_case_282(password: str) -> None:
    assert check(password, _ALICE) == normalised(password)


@pytest.mark.parametrize("length", [64, 128, 1_024])
def test_long_passwords_are_good_and_whole_case_227(length: int) -> None:
    words = ("every word of this counts " * 50)[:length]
    assert check(words) == words


def test_a_password_over_the_cap_is_refused_at_once_case_227() -> None:
    started = time.perf_counter()
    assert _reasons("é" * 1_000_000) == ("long",)
    assert _reasons("a\u0315\u0300" * 400_000) == ("long",)
    assert time.perf_counter() - started < 0.1


@pytest.mark.parametrize("password", ["", "short", "fourteen chars", "a\u0301" * 14])
def test_a_short_password_is_told_so_case_282(password: str) -> None:
    assert "short" in _reasons(password)


def test_length_is_counted_in_characters_after_nfc_case_282() -> None:
    assert check("xo\u0308y" * 5) == "xöy" * 5
    assert "short" in _reasons("o\u0308" * 14)


def test_both_forms_of_one_password_are_one_password_case_282() -> None:
    assert check("ein schöner schlüssel") == check("ein scho\u0308ner schlu\u0308ssel")


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "PasswordPassword",
        "ｐasswordpassword",
        "password1234567",
        "password123456789012",
        "123password4567",
        "aaaaaaaaaaaaaaaa",
        "abababababababab",
        "1234567890123456",
        "0987654321098765",
        "abcdefghijklmnop",
        "zyxwvutsrqponmlk",
        "qwertyuiopasdfghjkl",
        "qwertyuiopqwertyuiop",
        "qwertyuiopqwerty",
        "1qaz2wsx3edc4rfv5tgb",
        "1q2w3e4r5t6y7u8i9o",
        "!!!!!!!!!!!!!!!!",
        "dragondragondragon!",
        "2024iloveyouiloveyou",
    ],
)
def test_what_everybody_takes_is_refused_as_common_case_282(password: str) -> None:
    assert "common" in _reasons(password)


def test_a_listed_word_is_refused_whatever_its_length(settings: Any, tmp_path: Path) -> None:
    more = tmp_path / "refused.txt"
    more.write_text("Our Company Motto 2026\n\nzweite zeile der liste\n", encoding="utf-8")
    settings.SIGNET = settings.SIGNET.model_copy(update={"password_block_list": str(more)})
    password_policy._blocked.cache_clear()
    try:
        assert _reasons("our company MOTTO 2026") == ("common",)
        assert _reasons("zweite zeile der liste") == ("common",)
        assert check("dritte zeile der liste")
    finally:
        password_policy._blocked.cache_clear()


@pytest.mark.parametrize(
    "password",
    [
        "wonderlandwonderland",
        "WonderLand!!1234",
        "alice.liddell@people.test",
        "alice.liddell@people.test1",
        "AliceLiddell1865",
        "lewisgirlalice99",
        "PleasanceAlice12",
        "signetsignetsignet",
        "Signet2026signet",
        "mysignetpass1",
    ],
)
def test_a_password_made_of_names_is_refused_case_282(password: str) -> None:
    assert "personal" in _reasons(password, _ALICE)


def test_a_name_inside_a_long_sentence_is_no_reason() -> None:
    assert check("alice fell down the rabbit hole", _ALICE)


def test_a_host_name_counts_as_a_name(settings: Any) -> None:
    settings.SIGNET = settings.SIGNET.model_copy(update={"issuer": "https://login.acmecorp.test"})
    assert "personal" in _reasons("acmecorpacmecorp1")


@pytest.mark.parametrize("char", ["\0", "\n", "\x1b", "\x7f", "\ud800"])
def test_a_control_character_is_refused_and_said_so_case_227(char: str) -> None:
    assert "characters" in _reasons(f"a good {char} long sentence")


def test_every_reason_is_told_at_once() -> None:
    assert _reasons("alice\0", _ALICE) == ("characters", "short", "common", "personal")


def test_judging_the_longest_password_takes_no_time_worth_the_name() -> None:
    started = time.perf_counter()
    for unit in ("a", "ab", "password", "aab" * 7):
        with pytest.raises(PasswordRefused):
            check((unit * 1_024)[:1_023] + "", _ALICE)
            raise PasswordRefused(())  # a long odd repetition may pass: only its time counts
    assert time.perf_counter() - started < 0.5
