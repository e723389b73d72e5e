"""What a person says of themselves, and apps may read."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts import languages
from accounts.actions.edit_profile import edit_profile
from accounts.models import Session
from accounts.pages.access import signed_in
from accounts.pages.profile_form import ProfileForm
from accounts.see_other import SeeOther


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def view(request: HttpRequest, session: Session) -> HttpResponse:
    user = session.user
    form = ProfileForm(request.POST or None, user)
    if form.is_valid():
        edit_profile(request=request, user=user, values=form.values())
        messages.success(request, _("Saved."))
        response = SeeOther(reverse("accounts:profile"))
        if "locale" in form.changed_data:
            languages.want_nothing(response)
        return response
    for name in form.errors:
        if name in form.fields:
            form.fields[name].widget.attrs["autofocus"] = True
            break
    context = {"form": form, "session": session, "tab": "profile"}
    status = 400 if form.errors else 200
    return render(request, "accounts/profile.html", context, status=status)
