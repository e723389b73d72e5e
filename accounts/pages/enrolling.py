"""Setting up a factor: from the account pages, or as a step of a login that demands one."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import login
from accounts.actions.recovery_codes import left_of
from accounts.models import PendingLogin, Session, User
from accounts.pages.access import fresh, public
from accounts.pages.login_step import login_step
from accounts.see_other import SeeOther

_ASKED = _("Saved. From now on you are asked for it when you sign in.")


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Whose factor it will be; exactly one of `session` and `pending` is there."""

    user: User
    session: Session | None = None
    pending: PendingLogin | None = None

    @property
    def holder(self) -> uuid.UUID:
        """What a factor that was begun here belongs to until it is confirmed."""
        held = self.pending or self.session
        if held is None:
            raise ValueError("an enrolment is somebody's")
        found: uuid.UUID = held.pk
        return found

    def url(self, page: str) -> str:
        """A page of this enrolment."""
        return reverse(page) if self.pending is None else login.page_url(page, self.pending)

    def context(self) -> dict[str, Any]:
        """What the templates need to look like an account page, or like a step of a login."""
        if self.pending is None:
            return {"session": self.session, "tab": "security", "base": "account_base.html"}
        return {"branding": self.pending.branding, "person": self.user, "base": "base.html"}


def enrolling(*steps: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A page for somebody freshly confirmed, or within a login at one of these steps.

    Never for a login that has gone less far: a half-finished one must not add its own second half.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @fresh
        def in_account(request: HttpRequest, session: Session) -> HttpResponse:
            return view(request, Enrolment(session.user, session=session))

        @login_step(*steps)
        def in_login(request: HttpRequest, pending: PendingLogin, user: User) -> HttpResponse:
            return view(request, Enrolment(user, pending=pending))

        @public
        @wraps(view)
        def either(request: HttpRequest) -> HttpResponse:
            return in_login(request) if "login" in request.GET else in_account(request)

        return either

    return decorate


def enrolled(
    request: HttpRequest,
    enrolment: Enrolment,
    *amr: str,
    told: "str | Promise" = _ASKED,
) -> HttpResponse:
    """A factor works now: on with the login, or to the codes for the day it is lost.

    `told`: what it changes, said on the page that follows; within a login that shows by itself.
    """
    if enrolment.pending is not None:
        return login.done(request, enrolment.pending, "set_up_factor", "second_factor", amr=amr)
    messages.success(request, str(told))
    saved = left_of(enrolment.user)
    return SeeOther(reverse("accounts:security" if saved else "accounts:recovery_codes"))
