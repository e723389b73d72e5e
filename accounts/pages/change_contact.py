"""Two steps that the pages for the e-mail address and the phone number share: name it, prove it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actions import contact_change, one_time_code
from accounts.actions.one_time_code import Purpose
from accounts.errors import NameTaken, NothingToChange, SmsRefused, TooManyAttempts
from accounts.models import ContactChange, Session
from accounts.pages.sent_code import SentCodeForm, sent_code, too_early
from accounts.see_other import SeeOther
from idp.ground.canonical import NotCanonical

_LIMITED = _("Too many messages went out. Wait a while and try again.")
_REFUSED: dict[str, "str | Promise"] = {
    "kind": _("We send no codes to numbers of this kind. Use a mobile number."),
    "country": _("We send no SMS to this country. Use another number."),
    "spent": _("No SMS can be sent today any more. Try again tomorrow."),
}


@dataclass(frozen=True, slots=True)
class Contact:
    """One kind: its page and form (whose one field is called `field`), and what to do."""

    kind: ContactChange.Kind
    page: str
    form: type[forms.Form]
    field: str
    purpose: Purpose
    begin: Callable[..., ContactChange]
    send: Callable[..., None]
    confirm: Callable[..., None]
    saved: "str | Promise"


def answer(
    request: HttpRequest, session: Session, contact: Contact, **context: Any
) -> HttpResponse:
    """The page of a change that waits for its code, or of one to begin."""
    context |= {"session": session, "tab": "profile", "page_url": reverse(contact.page)}
    change = contact_change.find(session.user, contact.kind, request.GET.get("change", ""))
    if change is None:
        return _name(request, session, contact, context)
    return _prove(request, contact, change, context)


def _name(
    request: HttpRequest, session: Session, contact: Contact, context: dict[str, Any]
) -> HttpResponse:
    form, status = contact.form(request.POST or None), 200
    if "change" in request.GET:
        key = request.GET["change"]
        if request.method == "POST" and contact_change.is_done(session.user, contact.kind, key):
            return SeeOther(reverse("accounts:profile"))
        messages.info(request, _("That took too long, or it is done already. Please look again."))
        return SeeOther(reverse(contact.page))
    if request.method == "POST":
        status, change = _begun(request, session, contact, form)
        if change is not None:
            query = urlencode({"change": str(change.pk)})
            return SeeOther(f"{reverse(contact.page)}?{query}")
    context |= {"form": form, "field": form[contact.field]}
    return render(request, "accounts/change_contact.html", context, status=status)


def _begun(
    request: HttpRequest, session: Session, contact: Contact, form: forms.Form
) -> tuple[int, ContactChange | None]:
    if not form.is_valid():
        return 400, None
    try:
        return 200, contact.begin(request, session.user, form.cleaned_data[contact.field])
    except NotCanonical:
        form.add_error(contact.field, form.fields[contact.field].error_messages["invalid"])
    except NothingToChange:
        form.add_error(contact.field, _("That is what it is now."))
    except SmsRefused as error:
        form.add_error(contact.field, str(_REFUSED[error.reason]))
    except TooManyAttempts:
        form.add_error(contact.field, _LIMITED)
        return 429, None
    return 400, None


def _prove(
    request: HttpRequest, contact: Contact, change: ContactChange, context: dict[str, Any]
) -> HttpResponse:
    form, status = SentCodeForm(request.POST if "again" not in request.POST else None), 200
    if "again" in request.POST:
        _send_again(request, contact, change)
        return SeeOther(request.get_full_path())
    if request.method == "POST":
        try:
            status = form.answer(
                lambda code: contact.confirm(request=request, change=change, code=code)
            )
        except NameTaken:
            return render(request, "accounts/address_taken.html", context, status=409)
        if status == 200:
            messages.success(request, str(contact.saved))
            return SeeOther(reverse("accounts:profile"))
    else:
        form = SentCodeForm()
    context |= {"form": form, "change": change}
    return render(request, "accounts/change_contact_code.html", context, status=status)


def _send_again(request: HttpRequest, contact: Contact, change: ContactChange) -> None:
    row = one_time_code.latest(purpose=contact.purpose, subject=change.pk, request=request)
    state = sent_code(row, change.new)
    if state.wait:
        messages.info(request, too_early(state))
        return
    try:
        contact.send(request=request, change=change)
        messages.info(request, _("Sent once more. Only the newest code works."))
    except TooManyAttempts:
        messages.error(request, _LIMITED)
    except SmsRefused as error:
        messages.error(request, str(_REFUSED[error.reason]))
