"""The one page of the made-up factor: a printed card with a word at each place."""

from django.http import HttpRequest, HttpResponse

from accounts.errors import CodeNotRight
from accounts.models import PendingLogin, User
from accounts.pages.factor_step import CodeForm, factor_step, passed, shown
from tests.accounts.made_up.grid_card import GridCard


@factor_step("grid_card")
def view(request: HttpRequest, pending: PendingLogin, user: User) -> HttpResponse:
    form, status = CodeForm(request.POST or None), 200

    def check(word: str) -> None:
        if not GridCard.objects.filter(user=user, word=word).exists():
            raise CodeNotRight

    if request.method == "POST":
        status = form.answer(check)
        if status == 200:
            return passed(request, pending, form, "otp")
    return shown(request, "grid_card.html", "grid_card", pending, user, form, status)
