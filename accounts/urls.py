"""Pages of the account floor."""

from django.urls import path
from django.views.generic import RedirectView

from accounts.pages import (
    change_password,
    errors,
    first_administrator,
    forgot_password,
    language,
    login,
    new_password,
    outbox,
    reset_password,
    sessions,
    sign_out,
)

app_name = "accounts"
urlpatterns = [
    path("login", login.view, name="login"),
    path("login/new-password", new_password.view, name="new_password"),
    path("password/forgot", forgot_password.view, name="forgot_password"),
    path("password/forgot/sent", forgot_password.sent, name="forgot_password_sent"),
    path("password/reset", reset_password.view, name="reset_password"),
    path("password/reset/done", reset_password.done, name="reset_password_done"),
    path("account/password", change_password.view, name="change_password"),
    path("account/sessions", sessions.view, name="sessions"),
    path("sign-out", sign_out.view, name="sign_out"),
    path("signed-out", sign_out.signed_out, name="signed_out"),
    # What password managers open (W3C, A Well-Known URL for Changing Passwords).
    path(
        ".well-known/change-password",
        RedirectView.as_view(pattern_name="accounts:change_password"),
    ),
    path("language", language.view, name="language"),
    path("outbox", outbox.view, name="outbox"),
    path("not-permitted", errors.not_permitted, name="not_permitted"),
    path("first-administrator", first_administrator.view, name="first_administrator"),
    path(
        "first-administrator/done",
        first_administrator.done,
        name="first_administrator_done",
    ),
]
