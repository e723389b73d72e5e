"""The site itself. There is one way in: Signet's login."""

from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts import authentication, login
from accounts.acr import MULTI_FACTOR
from accounts.models import PendingLogin, Session
from accounts.pages.access import is_of_somebody_else, say_who_it_is_now, who_first
from accounts.second_factors import MFA, is_required


def _is_staff(session: Session) -> bool:
    return session.user.is_active and session.user.is_staff


def _lacks_factor(session: Session) -> bool:
    """A trusted browser spares the second factor elsewhere, not here."""
    return session.acr != MULTI_FACTOR and is_required(session.user)


class SignetAdminSite(AdminSite):
    """Django's admin; its own login form is never shown.

    It acts for the browser's default account, whose living session is read at every request:
    disabling an administrator ends their access with the next click.
    """

    site_header = _("Signet administration")
    site_title = _("Signet")
    index_title = _("Administration")
    site_url = "/"
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Ours only: the admins that packages bring know neither our rules nor our audit log."""
        if getattr(admin_class, "keeps_the_rules", False):
            super().register(model_or_iterable, admin_class, **options)

    def get_urls(self) -> Any:
        """Without the redirect to "view on site": no object has one, and junk crashes it."""
        return [one for one in super().get_urls() if getattr(one, "name", "") != "view_on_site"]

    def has_permission(self, request: HttpRequest) -> bool:
        session = authentication.current(request)
        return session is not None and _is_staff(session) and not _lacks_factor(session)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """With the session: every form names whom its page was made for."""
        return super().each_context(request) | {"session": authentication.current(request)}

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """As Django's; what one administrator's page sends is never done in another one's name."""

        @wraps(view)
        def for_its_person(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            session = authentication.current(request)
            if session is not None and is_of_somebody_else(request, session):
                say_who_it_is_now(request, session)
                return redirect("admin:index")  # the page itself may not be theirs to see
            answer: HttpResponse = view(request, *args, **kwargs)
            return answer

        return super().admin_view(for_its_person, cacheable)

    # Django promises templates here; ours are redirects to Signet's own pages.

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """To Signet's login; somebody signed in without the right is told so."""
        session = authentication.current(request)
        end = login.local_path(request.GET.get("next", "/admin/"))
        if session is None:
            return who_first(request, end)
        if _is_staff(session) and _lacks_factor(session):
            kind = PendingLogin.Kind.STEP_UP
            return login.begin_for(request, session, end, kind=kind, demands=[MFA])
        return redirect(end if self.has_permission(request) else "accounts:not_permitted")

    def logout(  # type: ignore[override]
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        return redirect("accounts:sign_out")

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        return redirect("accounts:change_password")
