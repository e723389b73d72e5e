"""Times, and authentication classes that exist."""

from tests.oauth.client_rules.metadata import fields


def test_times_stay_in_their_bounds() -> None:
    assert fields(replay_tolerance=1_000) == {"replay_tolerance"}
    assert fields(access_token_lifetime=5) == {"access_token_lifetime"}
    assert fields(default_max_age=-1) == {"default_max_age"}
    assert fields(replay_tolerance=999, access_token_lifetime=600, default_max_age=0) == set()


def test_an_acr_that_nothing_reaches_is_refused() -> None:
    assert fields(default_acr_values=["urn:example:gold"]) == {"default_acr_values"}
