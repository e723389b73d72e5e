"""A rule about second factors holds for what was issued before it, too."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.actions.sign_in import password_state
from accounts.models import Group, Role, TrustedBrowser, User
from oauth.models import Authorization
from tests.accounts.codes import with_mailbox
from tests.factories import make_authorization, make_client, make_user, refresh_token_of
from tests.oauth import wire
from tests.oauth.queries import counted
from tests.support import authenticator

pytestmark = pytest.mark.django_db

Rule = Callable[[User, Any], None]


def _rule(settings: Any, whom: str) -> None:
    settings.SIGNET = settings.SIGNET.model_copy(update={"second_factor": whom})


def _by_role(person: User, settings: Any) -> None:
    """By a group's role that includes one with the rule."""
    strict = Role.objects.create(name="treasurer", requires_second_factor=True)
    chief = Role.objects.create(name="chief")
    chief.includes.add(strict)
    board = Group.objects.create(name="board")
    board.roles.add(chief)
    person.groups.add(board)


def _for_everybody(person: User, settings: Any) -> None:
    _rule(settings, "everybody")


def _for_administrators(person: User, settings: Any) -> None:
    _rule(settings, "administrators")
    User.objects.filter(pk=person.pk).update(is_staff=True)


RULES = [_by_role, _for_everybody, _for_administrators]


def _living(**over: Any) -> tuple[wire.Answer, Authorization]:
    """A first refresh, which goes well, and its authorization."""
    row = make_authorization(make_client(), redeemed=True, **over)
    answer = wire.refresh(row.client, refresh_token_of(row))
    assert answer.status == 200
    return answer, row


@pytest.mark.parametrize("offline", [False, True])
@pytest.mark.parametrize("rule", RULES)
def test_a_refresh_from_before_the_rule_ends_and_says_that_a_sign_in_mends_it(
    settings: Any, rule: Rule, offline: bool
) -> None:
    answer, row = _living(offline=offline)
    rule(row.user, settings)
    again = wire.refresh(row.client, refresh_token_of(row))
    assert again.error == (400, "invalid_grant")
    assert "sign in again" in again.json["error_description"]
    assert wire.userinfo(answer.json["access_token"]).error == (401, "invalid_token")
    assert wire.introspect(row.client, refresh_token_of(row)).json == {"active": False}


@pytest.mark.parametrize("rule", RULES)
def test_whoever_showed_two_factors_goes_on_at_the_same_price(settings: Any, rule: Rule) -> None:
    _, row = _living(amr=["pwd", "otp", "mfa"])
    rule(row.user, settings)
    with counted() as spent:
        assert wire.refresh(row.client, refresh_token_of(row)).status == 200
    assert spent == {"SELECT": 1}


def test_a_rule_for_others_costs_nothing(settings: Any) -> None:
    _, row = _living()
    _by_role(make_user(), settings)
    _rule(settings, "administrators")
    with counted() as spent:
        assert wire.refresh(row.client, refresh_token_of(row)).status == 200
    assert spent == {"SELECT": 1}


def test_a_code_by_mail_meets_the_rule_as_it_does_at_the_sign_in(settings: Any) -> None:
    _, row = _living(amr=["pwd", "email"])
    with_mailbox(row.user)
    _by_role(row.user, settings)
    assert wire.refresh(row.client, refresh_token_of(row)).status == 200


@pytest.mark.parametrize("offline", [False, True])
def test_a_trusted_browser_spares_it_as_long_as_it_is_trusted(settings: Any, offline: bool) -> None:
    _, row = _living(offline=offline)
    assert row.session is not None
    authenticator.enrolled(row.user)
    TrustedBrowser.objects.create(
        user=row.user,
        browser=row.session.browser,
        password_state=password_state(row.user),
        expires_at=timezone.now() + timedelta(days=1),
    )
    _by_role(row.user, settings)
    assert wire.refresh(row.client, refresh_token_of(row)).status == 200
    TrustedBrowser.objects.all().delete()
    assert wire.refresh(row.client, refresh_token_of(row)).error == (400, "invalid_grant")
