"""A page that is a step of a login: only within one, and only when it is its turn."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse

from accounts import login
from accounts.actions.sign_in import password_state
from accounts.pages.access import public
from accounts.steps import next_step


def login_step(*names: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """The view gets `pending` and `user`, whom an earlier step found and who is still anonymous.

    The address of a later step must not skip an earlier one: whoever has only the password would
    choose a new one before the second factor was shown.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @public
        @wraps(view)
        def guarded(request: HttpRequest) -> HttpResponse:
            pending = login.find(request)
            if pending is None or pending.user is None:
                return login.resume_or_restart(request)
            user = pending.user
            if not user.is_active or password_state(user) != pending.password_state:
                return login.again(request, pending)
            step = next_step(pending)
            if step is None or step.name not in names:
                return login.advance(request, pending)
            return view(request, pending=pending, user=user)

        return guarded

    return decorate
