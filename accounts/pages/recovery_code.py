"""A login takes a recovery code in place of the second factor that is not at hand."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.actions import recovery_codes
from accounts.models import PendingLogin, User
from accounts.pages.factor_step import CodeForm, factor_step, passed, shown
from accounts.throttling import page_limit


class RecoveryCodeForm(CodeForm):
    """Letters and digits, typed from paper; nothing a phone could fill in."""

    not_right = gettext_lazy("This code does not work. It may be used already: try another.")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        attrs = {
            "class": "code long",
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
        }
        self.fields["otp_token"].widget.attrs |= attrs
        del self.fields["otp_token"].widget.attrs["inputmode"]


def _next_step(left: str, came_in: bool) -> str:
    """They may have lost something. While steps of the login are left, no link leads out of it."""
    if not came_in:
        return left
    link = format_html(
        '<a href="{}">{}</a>', reverse("accounts:security"), _("Remove it and add another")
    )
    return format_html("{} {} {}", left, _("Lost your device?"), link)


@sensitive_post_parameters()
@page_limit("second_factor", "300/m")
@require_http_methods(["GET", "HEAD", "POST"])
@factor_step("recovery_code")
def view(request: HttpRequest, pending: PendingLogin, user: User) -> HttpResponse:
    """Each works once; the person is told how many are left."""
    form, status = RecoveryCodeForm(request.POST or None), 200
    if request.method == "POST":
        status = form.answer(lambda code: recovery_codes.use(request, user, code))
        if status == 200:
            left = recovery_codes.left_of(user)
            words = ngettext(
                "You have %(left)s recovery code left.",
                "You have %(left)s recovery codes left.",
                left,
            )
            response = passed(request, pending, form, "otp")
            came_in = response.headers["Location"] == pending.next_url
            messages.info(request, _next_step(words % {"left": left}, came_in))
            return response
    return shown(
        request, "accounts/recovery_code.html", "recovery_code", pending, user, form, status
    )
