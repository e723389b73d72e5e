"""Does mail leave? One page, stage by stage, with the words of the mail server."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.errors import TooManyAttempts
from accounts.notifications.email_probe import STAGES, Outcome, probe
from accounts.throttling import Limit, claim
from idp.ground.canonical import NotCanonical, mail_address

if TYPE_CHECKING:
    from accounts.admin.outbox_message import OutboxMessageAdmin

_NAMES = {
    "dns": gettext_lazy("Name of the server (DNS)"),
    "tcp": gettext_lazy("Connection (TCP)"),
    "tls": gettext_lazy("Encryption (TLS)"),
    "auth": gettext_lazy("User and password"),
    "sender": gettext_lazy("Sender"),
    "recipient": gettext_lazy("Recipient"),
    "message": gettext_lazy("Message"),
}
_MARKS = {
    True: ("good", gettext_lazy("good")),
    False: ("bad", gettext_lazy("failed")),
    None: ("", gettext_lazy("not configured")),
}


class RecipientForm(forms.Form):
    recipient = forms.CharField(
        label=gettext_lazy("Send a test mail to"),
        max_length=254,
        widget=forms.EmailInput(attrs={"class": "vTextField"}),
    )

    def clean_recipient(self) -> str:
        try:
            return mail_address(self.cleaned_data["recipient"])
        except NotCanonical:
            raise forms.ValidationError(_("Enter an e-mail address.")) from None


class EmailTestPage:
    """For those who may act on messages."""

    def __init__(self, admin: "OutboxMessageAdmin") -> None:
        self.admin = admin

    def view(self, request: HttpRequest) -> HttpResponse:
        """GET shows the settings; POST tries them, a few times a minute."""
        if not self.admin.may_act(request):
            raise PermissionDenied
        form = RecipientForm(
            request.POST if request.method == "POST" else None,
            initial={"recipient": request.user.email},  # type: ignore[union-attr]
        )
        rows: list[dict[str, Any]] = []
        status = 200
        if request.method == "POST" and settings.EMAIL_HOST and form.is_valid():
            try:
                claim([Limit(f"email_test/{request.user.pk}", burst=5, every=60)])
            except TooManyAttempts:
                form.add_error(None, _("Wait a minute before the next try."))
                status = 429
            else:
                text = _("This is a test mail of Signet at %(issuer)s.")
                text %= {"issuer": settings.SIGNET.issuer}
                rows = _rows(probe(form.cleaned_data["recipient"], text))
        context = {
            **self.admin.admin_site.each_context(request),
            "opts": self.admin.opts,
            "title": _("Test e-mail"),
            "form": form,
            "rows": rows,
            "facts": settings.SIGNET,
        }
        return TemplateResponse(request, "admin/accounts/email_test.html", context, status=status)


def _rows(outcomes: list[Outcome]) -> list[dict[str, Any]]:
    seen = {one.stage: one for one in outcomes}
    rows = []
    for stage in STAGES:
        outcome = seen.get(stage)
        kind, mark = _MARKS[outcome.is_good] if outcome else ("", _("not tried"))
        words = outcome.words if outcome else ""
        rows.append(
            {"stage": stage, "name": _NAMES[stage], "class": kind, "mark": mark, "words": words}
        )
    return rows


def email_test_urls(admin: "OutboxMessageAdmin") -> list[Any]:
    """Ahead of the list's own addresses."""
    view = admin.admin_site.admin_view(EmailTestPage(admin).view)
    return [path("test/", view, name="accounts_outboxmessage_test")]
