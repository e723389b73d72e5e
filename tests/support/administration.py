"""An administrator in front of the administration, without the way through the login."""

from typing import Any

from django.test import Client

from accounts.models import User
from tests.factories import make_session, make_user


class Administration(Client):
    """Sends what every form of the administration sends unseen: whom it was made for."""

    def __init__(self, person: User) -> None:
        super().__init__()
        self.person = person

    def post(self, path: str, data: Any = None, *args: Any, **kwargs: Any) -> Any:
        named = {"acting": str(self.person.pk), **(data or {})}
        return super().post(path, named, *args, **kwargs)


def administration(user: User) -> Client:
    """A browser in which this person is signed in."""
    session = make_session(user)
    client = Administration(user)
    stored = client.session
    stored["browser"] = str(session.browser_id)
    stored.save()
    return client


def make_administrator(username: str = "", **over: Any) -> User:
    return make_user(username, **{"is_staff": True, "is_superuser": True, **over})


def filled(client: Client, path: str, **over: Any) -> dict[str, Any]:
    """What the form at `path` would post unchanged, with `over` on top."""
    form = client.get(path).context["adminform"].form
    data: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        if value is None or value is False:
            continue
        widget = bound.field.widget
        if isinstance(value, list | tuple | set):
            data[bound.html_name] = [str(one) for one in value]
        else:
            data[bound.html_name] = "on" if value is True else value
            if not isinstance(data[bound.html_name], str):
                data[bound.html_name] = widget.format_value(value)
    return data | over
