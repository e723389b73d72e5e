"""Nobody hands out, or takes over, more than they have."""

import pytest
from django.contrib.auth.models import Permission

from accounts.delegation import may_administer, may_grant, may_grant_groups, permissions_of
from accounts.models import Group, Role, User
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def role(name: str, *codenames: str, includes: tuple[Role, ...] = ()) -> Role:
    made = Role.objects.create(name=name)
    made.permissions.set(
        Permission.objects.filter(
            codename__in=codenames, content_type__app_label__in=("accounts", "oauth")
        )
    )
    made.includes.set(includes)
    return made


def holder(*roles: Role, **over: object) -> User:
    person = make_user(is_staff=True, **over)
    person.roles.set(roles)
    return User.objects.get(pk=person.pk)


def test_rights_of_included_roles_count_however_deep() -> None:
    deep = role("deep", "delete_client")
    outer = role("outer", "view_user", includes=(role("middle", includes=(deep,)),))
    assert permissions_of([outer]) == {"oauth.delete_client", "accounts.view_user"}


def test_a_circle_of_roles_ends() -> None:
    one, two = role("one", "view_user"), role("two", "view_group")
    one.includes.add(two)
    two.includes.add(one)
    assert len(permissions_of([one])) == 2


def test_only_what_one_has_can_be_granted() -> None:
    mine, more = role("mine", "view_user"), role("more", "view_user", "change_user")
    person = holder(mine)
    assert may_grant(person, [mine])
    assert not may_grant(person, [more])
    assert may_grant(holder(is_superuser=True), [more])


def test_a_group_is_worth_its_roles() -> None:
    group = Group.objects.create(name="bosses")
    group.roles.add(role("more", "change_user"))
    assert not may_grant_groups(holder(role("mine", "view_user")), [group])
    assert may_grant_groups(holder(is_superuser=True), [group])


def test_the_weaker_never_administers_the_stronger() -> None:
    weak, strong = holder(role("weak", "change_user")), holder(role("strong", "delete_client"))
    assert may_administer(weak, make_user())
    assert not may_administer(weak, strong)
    assert not may_administer(strong, holder(is_superuser=True))
