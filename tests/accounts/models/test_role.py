"""Two spellings of one name are one role, for the database too."""

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Role
from idp.ground.canonical import name_key

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("one", "other"),
    [("Editor", "eDITOR"), ("Straße", "STRASSE"), ("ΟΔΟΣ", "οδος"), ("İ", "i"), ("é", "e\u0301")],
)
def test_of_two_made_at_once_the_database_keeps_one(one: str, other: str) -> None:
    """The form of either saw no such role yet."""
    Role.objects.create(name=one)
    with pytest.raises(IntegrityError), transaction.atomic():
        Role.objects.create(name=other)
    assert Role.objects.create(name=other, audience="shop").name == other


def test_a_new_name_has_a_new_key() -> None:
    role = Role.objects.create(name="Editor")
    role.name = "Writer"
    role.save()
    assert Role.objects.named("", "writer") == role
    assert Role.objects.named("", "editor") is None
    assert Role.objects.create(name="editor")


def test_one_that_an_older_version_wrote_is_found_all_the_same() -> None:
    role = Role.objects.create(name="Straße")
    Role.objects.update(name_key=None)
    assert Role.objects.named("", "STRASSE") == role


def test_the_longest_name_has_room_for_its_key() -> None:
    longest = "\U0001d160" * 100  # one letter, three after normalising
    assert len(name_key(longest)) == Role._meta.get_field("name_key").max_length
    assert Role.objects.create(name=longest)
