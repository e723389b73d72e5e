"""A step of the login: the account asks for a new password before it goes on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts import login
from accounts.actions.change_password import set_password
from accounts.actions.sign_in import password_state
from accounts.errors import PasswordRefused
from accounts.pages.password_fields import NewPasswordForm


@require_http_methods(["GET", "POST"])
def view(request: HttpRequest) -> HttpResponse:
    """Only within a login whose first step is done; the person is still anonymous here."""
    pending = login.find(request)
    if pending is None or pending.user is None:
        return login.resume_or_restart(request)
    user = pending.user
    if not user.must_reset_password:
        return login.advance(request, pending)
    if password_state(user) != pending.password_state:
        return login.begin(request, pending.next_url)
    form = NewPasswordForm(request.POST or None)
    if form.is_valid():
        try:
            done = set_password(
                user=user,
                new=form.cleaned_data["new_password"],
                reason="password_changed",
                request=request,
                keep_session=None,
            )
        except PasswordRefused as error:
            form.refuse(error)
        else:
            if done:
                pending.password_state = password_state(user)
                pending.save(update_fields=["password_state"])
            return login.advance(request, pending)
    return render(
        request,
        "accounts/new_password.html",
        {"form": form, "branding": pending.branding, "person": user},
        status=400 if form.errors else 200,
    )
