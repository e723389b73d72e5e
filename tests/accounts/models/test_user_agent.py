"""accounts/models/user_agent.py."""

import pytest

from accounts.models.user_agent import described

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} Chrome/140.0 Safari/537.36", "Chrome on Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} Chrome/140 Safari/537 Edg/140", "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128", "Firefox on Linux"),
        (f"Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) {WEBKIT} Version/17 Safari/6", "Safari on macOS"),
        (f"Mozilla/5.0 (iPhone; CPU iPhone OS 17 like Mac OS X) {WEBKIT} CriOS/1", "Chrome on iPhone"),
        (f"Mozilla/5.0 (Linux; Android 14) {WEBKIT} Chrome/140 Mobile Safari/537", "Chrome on Android"),
        (f"Mozilla/5.0 (X11; CrOS x86_64) {WEBKIT} Chrome/140 Safari/537", "Chrome on ChromeOS"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", "Unknown browser"),
        ("x" * 300, "x" * 60),
    ],
)  # fmt: skip
def test_in_words(text: str, words: str) -> None:
    assert described(text) == words
