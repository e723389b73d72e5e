"""accounts/acr.py: what the methods of a sign-in amount to, and what apps are told of them."""

import pytest

from accounts.acr import (
    MULTI_FACTOR,
    SINGLE_FACTOR,
    acr_of,
    combined,
    has_held,
    has_known,
    of_passkey,
)


@pytest.mark.parametrize("synced", [False, True])
def test_a_touch_is_presence_and_only_a_check_of_the_owner_makes_a_passkey_two_kinds(
    synced: bool,
) -> None:
    held = "swk" if synced else "hwk"
    touched = combined(of_passkey(can_leave_hardware=synced))
    assert touched == (held, "user") and acr_of(touched) == SINGLE_FACTOR
    assert has_held(touched) and not has_known(touched)
    checked = combined(of_passkey(can_leave_hardware=synced, verified=True))
    assert checked == (held, "user", "mfa") and acr_of(checked) == MULTI_FACTOR
    assert has_held(checked) and has_known(checked)


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        (["pwd", "hwk", "user"], {"pwd", "hwk", "user", "mfa"}),
        (["email", "hwk", "user"], {"email", "hwk", "user"}),
        (["email", "otp"], {"email", "otp"}),
        (["pwd", "email"], {"pwd", "email"}),
        (["pwd", "otp"], {"pwd", "otp", "mfa"}),
    ],
)
def test_something_known_and_something_held_are_two_kinds(shown: list[str], told: set[str]) -> None:
    assert set(combined(shown)) == told


def test_sessions_from_when_presence_was_not_told_keep_their_meaning() -> None:
    """A check of the owner was `user` then, and always came with `mfa`; a touch was nothing."""
    checked = combined(["hwk", "user", "mfa"])
    assert acr_of(checked) == MULTI_FACTOR and has_known(checked)
    assert acr_of(combined(["email", "hwk", "user", "mfa"])) == MULTI_FACTOR
    assert acr_of(combined(["pwd", "hwk", "mfa"])) == MULTI_FACTOR
    assert acr_of(combined(["email", "hwk"])) == SINGLE_FACTOR
