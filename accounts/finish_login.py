"""The end of a login: the only place where a session starts."""

import uuid

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import authentication, languages
from accounts.actions import self_recovery
from accounts.actions.edit_profile import edit_profile
from accounts.actions.new_browser import tell_of_new_browser
from accounts.actions.sign_in import password_state
from accounts.actions.trust_browser import trust_browser
from accounts.models import PendingLogin, User
from accounts.notifications.stale import void_codes_of, withdraw_links_asked_in
from accounts.second_factors import offered


def finish(request: HttpRequest, pending: PendingLogin) -> bool:
    """The session begins, or is confirmed, once. False: the person may no longer come in so."""
    amr = tuple(pending.amr)
    # A passkey alone is both; a code by e-mail never adds up to "mfa".
    factor_shown = "mfa" in amr or "second_factor" in pending.steps_done
    with transaction.atomic():
        # Whoever ends this person's access locks the same row: either that sees the session, or
        # this sees the new password. A thief would send many logins to hit the moment between.
        locked = User.objects.select_for_update(no_key=True)
        user = locked.filter(pk=pending.user_id or uuid.UUID(int=0), is_active=True).first()
        if user is None or password_state(user) != pending.password_state:
            return False
        finished = PendingLogin.objects.filter(pk=pending.pk, completed_at=None).update(
            completed_at=timezone.now()
        )
        if finished:
            void_codes_of(PendingLogin.objects.filter(pk=pending.pk))
        if finished and pending.session is not None:
            authentication.confirm(request, pending.session, amr=amr)
        elif finished:
            tell_of_new_browser(request, user, pending.branding.get("name", ""))
            spared = not factor_shown and bool(offered(user, (), amr))
            authentication.start(request, user, amr=amr, spared=spared)
            withdraw_links_asked_in(pending.browser, user)
            chosen = languages.kept(request)
            if chosen and languages.supported(user.locale) != chosen:
                edit_profile(request=request, user=user, values={"locale": chosen})
        if finished and factor_shown:
            self_recovery.forget(request, user)
        if finished and pending.trust_browser and pending.kind == PendingLogin.Kind.SIGN_IN:
            trust_browser(request=request, user=user, browser=pending.browser)
    return True
