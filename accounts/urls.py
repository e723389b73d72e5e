"""Pages of the account floor."""

from django.urls import path
from django.views.generic import RedirectView

from accounts.pages import (
    change_password,
    confirm,
    errors,
    first_administrator,
    forgot_password,
    language,
    login,
    new_password,
    outbox,
    recovery_code,
    recovery_codes,
    reset_password,
    second_factor,
    security,
    sessions,
    set_up_factor,
    set_up_totp,
    sign_out,
    totp,
)

app_name = "accounts"
urlpatterns = [
    path("login", login.view, name="login"),
    path("login/new-password", new_password.view, name="new_password"),
    path("login/confirm", confirm.view, name="confirm"),
    path("login/second-factor", second_factor.view, name="second_factor"),
    path("login/authenticator", totp.view, name="totp"),
    path("login/recovery-code", recovery_code.view, name="recovery_code"),
    path("password/forgot", forgot_password.view, name="forgot_password"),
    path("password/forgot/sent", forgot_password.sent, name="forgot_password_sent"),
    path("password/reset", reset_password.view, name="reset_password"),
    path("password/reset/done", reset_password.done, name="reset_password_done"),
    path("account/password", change_password.view, name="change_password"),
    path("account/sign-in", security.view, name="security"),
    path("account/factors/add", set_up_factor.view, name="set_up_factor"),
    path("account/factors/authenticator", set_up_totp.view, name="set_up_totp"),
    path("account/factors/recovery-codes", recovery_codes.view, name="recovery_codes"),
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
