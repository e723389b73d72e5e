"""Choose the language of this browser, without JavaScript."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from accounts import languages
from accounts.login import local_path
from accounts.pages.access import public
from accounts.see_other import SeeOther


@public
@require_POST
def view(request: HttpRequest) -> HttpResponse:
    """Remember it in a cookie and go back to the page that was open."""
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
    return response
