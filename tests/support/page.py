"""An HTML page as a person without scripts sees it: text, links, forms and their buttons."""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urljoin

import lxml.html
import requests

# The ids of design.md §12, in the order in which they decide what a page is.
_KINDS = (
    ("error-page", "error"),
    ("submit-login", "login"),
    ("consent-allow", "consent"),
    ("logout-confirm", "logout"),
    ("signed-out", "signed_out"),
    ("already-answered", "already_answered"),
)


@dataclass(frozen=True)
class Submission:
    """What a button would send, and where."""

    method: str
    url: str
    fields: list[tuple[str, str]]


class Page:
    """One HTML answer."""

    def __init__(self, response: requests.Response) -> None:
        self.response = response
        self.status = response.status_code
        self.url = response.url

    @cached_property
    def document(self) -> lxml.html.HtmlElement:
        return lxml.html.fromstring(self.response.text or "<html></html>")

    @property
    def text(self) -> str:
        return " ".join(self.document.text_content().split())

    @property
    def kind(self) -> str:
        for element_id, kind in _KINDS:
            if self.find(element_id) is not None:
                return kind
        return "choose_account" if self.document.find_class("account-choice") else "other"

    def find(self, element_id: str) -> lxml.html.HtmlElement | None:
        return self.document.get_element_by_id(element_id, None)

    def words(self, element_id: str) -> str:
        """Text of an element that must be there."""
        found = self.find(element_id)
        assert found is not None, f"no #{element_id} on {self.url}: {self.text[:300]}"
        return " ".join(found.text_content().split())

    def link(self, element_id: str) -> str:
        found = self.find(element_id)
        assert found is not None, f"no #{element_id} on {self.url}: {self.text[:300]}"
        return urljoin(self.url, found.get("href"))

    def foreign_form(self, base_url: str) -> Submission | None:
        """A form that posts to another site (Form Post Response Mode), if there is one."""
        for form in self.document.forms:
            if not urljoin(self.url, form.get("action") or "").startswith(f"{base_url}/"):
                return self._submission(form, None)
        return None

    def press(self, element_id: str, **fields: str) -> Submission:
        """What pressing a button by its id sends, with some fields filled in."""
        button = self.find(element_id)
        assert button is not None, f"no #{element_id} on {self.url}: {self.text[:300]}"
        return self.press_element(button, **fields)

    def press_element(self, button: lxml.html.HtmlElement, **fields: str) -> Submission:
        form = next(button.iterancestors("form"), None)
        assert form is not None, "the button belongs to no form"
        found = self._submission(form, button)
        names = {name for name, _ in found.fields}
        assert set(fields) <= names, f"no field {set(fields) - names} on {self.url}"
        filled = [(name, fields.get(name, value)) for name, value in found.fields]
        return Submission(found.method, found.url, filled)

    def _submission(
        self, form: lxml.html.HtmlElement, button: lxml.html.HtmlElement | None
    ) -> Submission:
        fields = []
        for element in form.iter("input", "select", "textarea"):
            name, kind = element.get("name"), (element.get("type") or "text").lower()
            if not name or kind in ("submit", "button", "image", "file"):
                continue
            if kind in ("checkbox", "radio") and element.get("checked") is None:
                continue
            fields.append((name, element.value or ""))
        if button is not None and button.get("name"):
            fields.append((button.get("name"), button.get("value") or ""))
        method = (form.get("method") or "get").upper()
        return Submission(method, urljoin(self.url, form.get("action") or ""), fields)
