"""Change the e-mail address: the new one is proven before anything changes."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.actions import change_email
from accounts.models import ContactChange, Session, User
from accounts.models.contact_change import UNDO
from accounts.pages.access import fresh
from accounts.pages.change_contact import Contact, answer


class EmailForm(forms.Form):
    email = forms.EmailField(
        label=_("New e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
        error_messages={
            "required": _("Enter the new e-mail address."),
            "invalid": _("Enter an e-mail address such as anna@example.com."),
        },
    )


def _begin(request: HttpRequest, user: User, value: str) -> ContactChange:
    return change_email.begin(request=request, user=user, address=value)


_CONTACT = Contact(
    kind=ContactChange.Kind.EMAIL,
    page="accounts:change_email",
    form=EmailForm,
    field="email",
    purpose=change_email.PURPOSE,
    begin=_begin,
    send=change_email.send,
    confirm=change_email.confirm,
    saved=format_lazy(
        ngettext_lazy(
            "Saved. We told the old address, where the change can be undone for {days} day.",
            "Saved. We told the old address, where the change can be undone for {days} days.",
            UNDO.days,
        ),
        days=UNDO.days,
    ),
)


@require_http_methods(["GET", "HEAD", "POST"])
@fresh
def view(request: HttpRequest, session: Session) -> HttpResponse:
    return answer(request, session, _CONTACT, kind="email", present=session.user.email)
