"""Nobody hands out, or takes over, more rights than they have themselves."""

from collections.abc import Iterable

from django.contrib.auth.models import Permission

from accounts.models import Group, Role, User


def permissions_of(roles: Iterable[Role]) -> set[str]:
    """Rights in the administration that these roles and all they include give."""
    with_included = Role.objects.filter(pk__in=[role.pk for role in roles]).with_included()
    found = (
        Permission.objects.filter(
            pk__in=Role.permissions.through.objects.filter(
                role_id__in=[role.pk for role in with_included]
            ).values("permission_id")
        )
        .order_by()
        .values_list("content_type__app_label", "codename")
    )
    return {f"{label}.{codename}" for label, codename in found}


def may_grant(actor: User, roles: Iterable[Role]) -> bool:
    """Whether the actor has every right that these roles give."""
    return actor.is_superuser or permissions_of(roles) <= actor.get_all_permissions()


def may_grant_groups(actor: User, groups: Iterable[Group]) -> bool:
    """The same for the roles of groups."""
    if actor.is_superuser:
        return True
    return may_grant(actor, Role.objects.filter(groups__in=[group.pk for group in groups]))


def may_administer(actor: User, person: User) -> bool:
    """Whether the actor may change this person: whoever changes an address can become them."""
    if actor.is_superuser:
        return True
    if person.is_superuser:
        return False
    return person.get_all_permissions() <= actor.get_all_permissions()
