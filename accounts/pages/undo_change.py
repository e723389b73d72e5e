"""The link of the old mailbox or phone: undo a change that was not the person's."""

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts import languages
from accounts.actions.take_back import TakenBack
from accounts.actions.undo_change import is_taken, open_undo, undo
from accounts.errors import LinkNotValid
from accounts.masked import masked_address
from accounts.pages.access import public
from accounts.pages.kept_secret import keep, kept
from accounts.pages.silent import silent
from accounts.pages.taken_back_words import told_of
from accounts.see_other import SeeOther
from accounts.throttling import page_limit

_TOKEN = "undo_change"  # noqa: S105


# What the last press did: a form sent twice ends where the first one did.
_DONE = "change_undone"


@public
@page_limit("undo", "60/m")
@require_http_methods(["GET", "HEAD", "POST"])
def view(request: HttpRequest) -> HttpResponse:
    """GET shows, POST undoes; nobody is signed in by it."""
    here = reverse("accounts:undo_change")
    try:
        if "token" in request.GET:
            open_undo(request.GET["token"])
            keep(request, _TOKEN, request.GET["token"])
            request.session.pop(_DONE, None)
            return silent(SeeOther(here))
        if _DONE in request.session:
            return _done(request)
        secret = kept(request, _TOKEN)
        change = open_undo(secret)
        languages.lend(request, change.user)
        if request.method == "POST":
            try:
                done = undo(request=request, secret=secret)
                # Whoever holds the link is not signed in: enough to recognise the mailbox.
                change.user.refresh_from_db(fields=["email"])
                to = masked_address(change.user.email)
                request.session[_DONE] = asdict(done) | {"to": to}
            except LinkNotValid:
                # Of two presses at one moment the other did it, and keeps here what it did.
                return SeeOther(here)
            del request.session[_TOKEN]
            return SeeOther(here)
    except LinkNotValid:
        return render(request, "accounts/notice_link_not_valid.html", status=400)
    context = {"change": change, "person": change.user, "taken": is_taken(change)}
    return silent(render(request, "accounts/undo_change.html", context))


def _done(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return SeeOther(reverse("accounts:undo_change"))
    languages.lent(request)
    found = request.session[_DONE]
    taken = TakenBack(**found["taken_back"])
    context = {
        "told": told_of(taken, is_kept=found["kept"]),
        "sessions": found["ended"]["sessions"],
        "lost": "email" in taken.lost,
        "to": found["to"] if found["link_sent"] else "",
    }
    return render(request, "accounts/undo_change_done.html", context)
