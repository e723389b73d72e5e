"""Choose the language of this browser and of one's mails, without JavaScript."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts import authentication, languages
from accounts.actions.edit_profile import edit_profile
from accounts.actions.register import speak
from accounts.login import local_path
from accounts.pages.access import public
from accounts.pages.csrf_failure import csrf_failure
from accounts.pages.from_here import is_from_here
from accounts.see_other import SeeOther


# The form stands on every page, also on the thousands of 404s that a scanner is shown.
@csrf_exempt
@public
@require_POST
def view(request: HttpRequest) -> HttpResponse:
    """Remember it in a cookie and go back to the page that was open.

    Mails go where pages went: whoever is signed in has it in the profile too, and so will whoever
    is just registering here.
    """
    if not is_from_here(request):
        return csrf_failure(request, "language")
    response = SeeOther(local_path(request.POST.get("next", "/")))
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite="Lax",
        )
        languages.want(response, "chosen", language)
        _write_in(request, language)
    return response


def _write_in(request: HttpRequest, language: str) -> None:
    session = authentication.current(request)
    if session is None:
        speak(authentication.browser(request), language)
        languages.keep(request, language)
    elif languages.supported(session.user.locale) != language:  # "de-AT" stays what it is
        edit_profile(request=request, user=session.user, values={"locale": language})
