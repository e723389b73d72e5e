"""What an administrator sees of a person and cannot change: how they sign in, and since when."""

from django.contrib import admin
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions.factor_devices import enrolled
from accounts.models import Session, User
from accounts.notifications.moment import stamped


class PersonFacts:
    """Lines of the page of one person; none of them belongs in the list of all."""

    @admin.display(description=gettext_lazy("Second factors"))
    def factors(self, person: User) -> str:
        """Their kinds and when each was added; the seeds are nobody's to read."""
        found = enrolled(person)
        told = [f"{one.words} ({stamped(one.created_at)})" for one in found]
        return ", ".join(told) or _("None")

    @admin.display(description=gettext_lazy("Last sign-in"))
    def last_sign_in(self, person: User) -> str:
        """Of the sessions that are kept: those that ended long ago are pruned."""
        newest = Session.objects.filter(user=person).aggregate(at=Max("auth_time"))["at"]
        return stamped(newest) if newest else _("None that is kept")

    @admin.display(description=gettext_lazy("To be deleted"))
    def to_be_deleted(self, person: User) -> str:
        """When, if they asked for it."""
        return stamped(person.delete_after) if person.delete_after else _("No")
