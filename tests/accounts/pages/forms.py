"""Every form of the account pages and of the login, as it stands open before it is sent."""

import io
import re
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from accounts.actions.not_me import not_me_link
from accounts.models import Session, TOTPDevice, TrustedBrowser, User
from tests.accounts import letters
from tests.accounts.codes import NUMBER, with_mailbox, with_phone
from tests.accounts.joining import ask, code_for, link_for
from tests.accounts.pages.test_invitation import an_invitation
from tests.accounts.surfer import NEW, PASSWORD, Surfer, Tab, make_person
from tests.support import authenticator

# The form as it stands open, with what is typed into it.
Form = tuple[Tab, dict[str, Any]]


def home() -> Surfer:
    surfer = Surfer()
    surfer.sign_in()
    return surfer


def _path(link: str) -> str:
    return link.removeprefix("http://localhost:8000")


def login(bob: User) -> Form:
    return Surfer().open("/account/profile"), {"username": "bob", "password": PASSWORD}


def confirm(bob: User) -> Form:
    surfer = home()
    Session.objects.update(confirmed_at=timezone.now() - timedelta(hours=5))
    return surfer.open("/account/email"), {"password": PASSWORD}


def totp(bob: User) -> Form:
    authenticator.enrolled(bob)
    return Surfer().sign_in(), {"otp_token": authenticator.code()}


def recovery_code(bob: User) -> Form:
    authenticator.enrolled(bob)
    code = authenticator.with_recovery_code(bob)
    surfer = Surfer()
    return surfer.open(surfer.sign_in().link("use-recovery-code")), {"otp_token": code}


def sms(bob: User) -> Form:
    with_phone(bob)
    tab = Surfer().sign_in()
    return tab, {"otp_token": letters.code_to(NUMBER)}


def email_code(bob: User) -> Form:
    with_mailbox(bob)
    tab = Surfer().sign_in()
    return tab, {"otp_token": letters.code_to(bob.email)}


def magic_code(bob: User) -> Form:
    surfer = Surfer()
    asked = surfer.open(surfer.open("/account/sessions").link("magic-code"))
    return asked.send(email=bob.email), {"otp_token": letters.code_to(bob.email)}


def new_password(bob: User) -> Form:
    User.objects.update(must_reset_password=True)
    return Surfer().sign_in(), {"new_password": NEW}


def keep(bob: User) -> Form:
    User.objects.update(delete_after=timezone.now() + timedelta(days=1))
    return Surfer().sign_in(), {}


def begin_recovery(bob: User) -> Form:
    User.objects.update(email_verified=True)
    authenticator.enrolled(bob)
    surfer = Surfer()
    return surfer.open(surfer.sign_in().link("lost-factor")), {"begin": "1"}


def stop_recovery(bob: User) -> Form:
    tab, fields = begin_recovery(bob)
    tab.send(**fields)
    link = letters.to(bob.email, "recovery_started")[-1].context["cancel_link"]
    return Surfer().open(_path(link)), {}


def register(bob: User) -> Form:
    return Surfer().open("/register"), {"email": "cleo@example.com", "new_password": NEW}


def register_code(bob: User) -> Form:
    tab = ask(Surfer())
    return tab, {"otp_token": code_for("cleo@example.com")}


def register_link(bob: User) -> Form:
    ask(Surfer())
    return Surfer().open(link_for("cleo@example.com")), {}


def invitation(bob: User) -> Form:
    an_invitation(make_person("ada", is_staff=True, is_superuser=True))
    return Surfer().open(link_for("cleo@example.com")), {"new_password": NEW}


def forgot(bob: User) -> Form:
    return Surfer().open("/password/forgot"), {"email": bob.email}


def reset(bob: User) -> Form:
    Surfer().open("/password/forgot").send(email=bob.email)
    link = letters.link_to(bob.email, "password_reset")
    return Surfer().open(link), {"new_password": NEW}


def change_password(bob: User) -> Form:
    return home().open("/account/password"), {"current_password": PASSWORD, "new_password": NEW}


def set_up_authenticator(bob: User) -> Form:
    tab = home().open("/account/factors/authenticator")
    seed = TOTPDevice.objects.get().key
    return tab, {"otp_token": authenticator.code(seed), "name": "Phone"}


def set_up_sms(bob: User) -> Form:
    tab = home().open("/account/factors/sms").send(phone_number=NUMBER)
    return tab, {"otp_token": letters.code_to(NUMBER)}


def set_up_email(bob: User) -> Form:
    User.objects.update(email_verified=True)
    tab = home().open("/account/factors/email").send(begin="1")
    return tab, {"otp_token": letters.code_to(bob.email)}


def recovery_codes(bob: User) -> Form:
    surfer = home()
    authenticator.enrolled(bob)
    tab = surfer.open("/account/factors/recovery-codes")
    sealed = re.search(r'name="sealed" value="([^"]+)"', tab.text)
    code = re.search(r"(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}", tab.text)
    assert sealed and code
    return tab, {"sealed": sealed[1], "recovery_code": code[0]}


def remove_factor(bob: User) -> Form:
    surfer = home()
    device = authenticator.enrolled(bob)
    return surfer.open("/account/sign-in"), {"remove": f"totp/{device.pk}", "sure": "1"}


def rename_factor(bob: User) -> Form:
    surfer = home()
    device = authenticator.enrolled(bob)
    return surfer.open("/account/sign-in"), {"rename": f"totp/{device.pk}", "name": "New"}


def distrust(bob: User) -> Form:
    surfer = home()
    authenticator.enrolled(bob)
    trusted = TrustedBrowser.objects.create(
        user=bob,
        browser=Session.objects.get().browser,
        password_state="-",
        expires_at=timezone.now() + timedelta(days=1),
    )
    return surfer.open("/account/sign-in"), {"distrust": str(trusted.pk)}


def end_session(bob: User) -> Form:
    home()
    other = Session.objects.get()
    return home().open("/account/sessions"), {"session": str(other.pk)}


def end_others(bob: User) -> Form:
    home()
    return home().open("/account/sessions"), {"all": "1"}


def profile(bob: User) -> Form:
    return home().open("/account/profile"), {"name": "Bob B"}


def username(bob: User) -> Form:
    return home().open("/account/username"), {"username": "bobo"}


def picture(bob: User) -> Form:
    found = io.BytesIO()
    Image.new("RGB", (40, 40), "red").save(found, "PNG")
    picture = SimpleUploadedFile("me.png", found.getvalue(), "image/png")
    return home().open("/account/picture"), {"picture": picture}


def email(bob: User) -> Form:
    return home().open("/account/email"), {"email": "new@example.com"}


def email_proof(bob: User) -> Form:
    tab = home().open("/account/email").send(email="new@example.com")
    return tab, {"otp_token": letters.code_to("new@example.com")}


def phone_proof(bob: User) -> Form:
    tab = home().open("/account/phone").send(phone_number=NUMBER)
    return tab, {"otp_token": letters.code_to(NUMBER)}


def undo(bob: User) -> Form:
    User.objects.filter(pk=bob.pk).update(email_verified=True)
    tab, fields = email_proof(bob)
    tab.send(**fields)
    return Surfer().open(letters.link_to(bob.email, "email_changed")), {}


def not_me_by_mail(bob: User) -> Form:
    return Surfer().open(_path(not_me_link(bob))), {}


def not_me(bob: User) -> Form:
    return home().open("/account/not-me"), {}


def delete(bob: User) -> Form:
    return home().open("/account/delete"), {"confirmation": "bob"}
