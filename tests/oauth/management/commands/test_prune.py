"""Forgetting what is over."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Session
from oauth.models import Authorization
from tests.factories import make_authorization, make_client

pytestmark = pytest.mark.django_db


def test_what_is_over_goes_and_what_lives_stays() -> None:
    living = make_authorization(make_client())
    old = make_authorization(make_client())
    long_ago = timezone.now() - timedelta(days=60)
    Authorization.objects.filter(pk=old.pk).update(expires_at=long_ago)
    Session.objects.filter(pk=old.session_id).update(ended_at=long_ago)
    out = StringIO()
    call_command("prune", stdout=out)
    assert list(Authorization.objects.all()) == [living]
    assert list(Session.objects.all()) == [living.session]
    assert out.getvalue() == "2 rows deleted\n"
