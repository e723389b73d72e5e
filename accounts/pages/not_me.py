"""“That wasn’t me”, from the account pages: one page shuts everything but this session."""

import uuid
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts import audit
from accounts.actions.lock_down import lock_down
from accounts.actions.take_back import SLACK, is_doubtful
from accounts.activity_words import words_of
from accounts.models import AuditEvent, Session, User
from accounts.models.contact_change import UNDO
from accounts.pages import not_me_by_mail, not_me_done
from accounts.pages.access import fresh, public

# More than anybody does in the time in which it can be taken back.
_MOST_ASKED = 50
_NONE = "none"
_TAKEN_BACK = (audit.EMAIL_CHANGED, audit.PHONE_CHANGED, audit.PHONE_REMOVED, audit.FACTOR_ADDED)


class SinceForm(forms.Form):
    """The first of what was changed lately that was not them; or that all of it was."""

    since = forms.ChoiceField(
        label=_("What was the first that was not you?"),
        widget=forms.RadioSelect(),
        error_messages={
            "required": _("Choose one: what a stranger changed must not stay."),
            "invalid_choice": _("Choose one: what a stranger changed must not stay."),
        },
    )

    def __init__(self, *args: Any, lately: list[AuditEvent], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(one.pk), one) for one in lately]
        self.fields["since"].choices = [*choices, (_NONE, "")]  # type: ignore[attr-defined]


@public
@require_http_methods(["GET", "HEAD", "POST"])
def view(request: HttpRequest) -> HttpResponse:
    """GET only shows: mail programs open links too. Nobody is signed in by it."""
    if "token" in request.GET:
        return not_me_by_mail.take(request, request.GET["token"])
    return _signed_in(request)


@fresh
def _signed_in(request: HttpRequest, session: Session) -> HttpResponse:
    user, status = session.user, 200
    event = _event(request.GET.get("event", ""), user)
    other = _session(request.GET.get("session", ""), user)
    since = event.at if event else other.created_at if other else None
    # The link to the new password goes to the account's address, which may be a thief's by now:
    # what was changed lately is asked about, and no answer is taken for granted.
    lately = _lately(user, since)
    form = SinceForm(request.POST if request.method == "POST" else None, lately=lately)
    if request.method == "POST":
        press = [str(session.pk), str(since), request.POST.get("since", "")[:20]]
        if not_me_done.is_again(request, press):
            return not_me_done.shown()
        if not lately or form.is_valid():
            first = _event(form.cleaned_data["since"], user) if lately else None
            told = first or event
            done = lock_down(
                request=request,
                user=user,
                event=told.pk if told else None,
                since=first.at if first else since,
                keep_session=session,
            )
            # A copy of this browser's cookie is worth nothing either. The CSRF secret stays, so
            # that the form sent twice ends where the first press did.
            request.session.cycle_key()
            return not_me_done.finished(request, user, done, press)
        status = 400
    context = {
        "base": "account_base.html",
        "session": session,
        "tab": "activity",
        "words": words_of(event) if event else other.browser.label if other else "",
        "at": since,
        "lately": [(one, str(words_of(one))) for one in lately],
        "form": form,
        "to": "" if _is_too_late(user, since) else user.email,
    }
    return render(request, "accounts/not_me.html", context, status=status)


def _is_too_late(user: User, since: datetime | None) -> bool:
    """The address may be the stranger's, and given to the account too long ago to take it back."""
    return since is not None and since < timezone.now() - UNDO and is_doubtful(user, since)


def _lately(user: User, since: datetime | None) -> list[AuditEvent]:
    """What can still be taken back, the oldest first; with `since`, what that does not reach."""
    found = AuditEvent.objects.filter(
        subject=user,
        name__in=_TAKEN_BACK,
        at__gt=timezone.now() - UNDO,
    )
    if since is not None:
        found = found.filter(at__lt=since - SLACK)
    answered = (audit.LOCKED_DOWN, audit.EMAIL_CHANGE_UNDONE, audit.PHONE_CHANGE_UNDONE)
    shuts = AuditEvent.objects.filter(subject=user, name__in=answered).order_by("-id")
    # A thief who is signed in may press himself, and say that all of it was him.
    shut = shuts.exclude(name=audit.LOCKED_DOWN, data__reached=False).first()
    if shut is not None:
        found = found.filter(id__gt=shut.pk)
    return list(found.order_by("id")[:_MOST_ASKED])


def _session(key: str, user: User) -> Session | None:
    """Where somebody was signed in who was not them."""
    try:
        found = Session.objects.filter(pk=uuid.UUID(key), user=user)
    except ValueError:
        return None
    return found.select_related("browser").first()


def _event(key: str, user: User) -> AuditEvent | None:
    """What is reported; somebody else's event is as unknown as none."""
    if not key.isascii() or not key.isdigit() or len(key) > 18:
        return None
    return AuditEvent.objects.filter(pk=int(key), subject=user).first()
