"""Change the phone number, or take it away: a new one is proven before anything changes."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.actions import change_phone
from accounts.models import ContactChange, Session, User
from accounts.pages.access import fresh
from accounts.pages.change_contact import Contact, answer
from accounts.see_other import SeeOther


class PhoneForm(forms.Form):
    phone_number = forms.CharField(
        label=_("New phone number"),
        max_length=40,
        help_text=_("With the country code, such as +49 1512 3456789."),
        widget=forms.TextInput(
            attrs={
                "type": "tel",
                "autocomplete": "tel",
                "dir": "ltr",
                "autofocus": True,
            }
        ),
        error_messages={
            "required": _("Enter the new phone number."),
            "invalid": _("This number is not complete, or its country code is missing."),
        },
    )


def _begin(request: HttpRequest, user: User, value: str) -> ContactChange:
    return change_phone.begin(request=request, user=user, number=value)


_CONTACT = Contact(
    kind=ContactChange.Kind.PHONE,
    page="accounts:change_phone",
    form=PhoneForm,
    field="phone_number",
    purpose=change_phone.PURPOSE,
    begin=_begin,
    send=change_phone.send,
    confirm=change_phone.confirm,
    saved=_("Saved. This is your phone number now."),
)


@require_http_methods(["GET", "HEAD", "POST"])
@fresh
def view(request: HttpRequest, session: Session) -> HttpResponse:
    user = session.user
    if "remove" in request.POST:
        change_phone.remove(request=request, user=user)
        messages.success(request, _("Your phone number was removed."))
        return SeeOther(reverse("accounts:profile"))
    if "remove" in request.GET and user.phone_number:
        context = {"session": session, "tab": "profile", "present": user.phone_number}
        return render(request, "accounts/remove_phone.html", context)
    return answer(request, session, _CONTACT, kind="phone", present=user.phone_number)
