"""The step of the second factor: on to the page of the one that is asked first."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts import login
from accounts.models import PendingLogin, User
from accounts.pages.factor_step import factor_step
from accounts.second_factors import offered
from accounts.see_other import SeeOther


@require_safe
@factor_step("")
def view(request: HttpRequest, pending: PendingLogin, user: User) -> HttpResponse:
    """The person may change to another one there."""
    first = offered(user, pending.demands, pending.amr)[0]
    return SeeOther(login.page_url(first.page, pending))
