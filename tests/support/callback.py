"""What a relying party receives at its redirect URI; nobody has to listen there."""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from tests.support.page import Page


@dataclass(frozen=True)
class Callback:
    """`method` POST: a form post page of the provider, whose `page` is kept."""

    url: str
    method: str = "GET"
    status: int = 303
    form: tuple[tuple[str, str], ...] = ()
    page: Page | None = field(default=None, compare=False)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """All parameters of the response, repeated ones too."""
        if self.method == "POST":
            return list(self.form)
        parts = urlsplit(self.url)
        return parse_qsl(parts.fragment or parts.query, keep_blank_values=True)

    @property
    def params(self) -> dict[str, str]:
        return dict(self.pairs)

    @property
    def code(self) -> str:
        assert "code" in self.params, f"no code but {self.params}"
        return self.params["code"]

    @property
    def error(self) -> str:
        return self.params.get("error", "")

    @property
    def address(self) -> str:
        """Without the response's parameters."""
        return self.url.partition("#")[0].partition("?")[0]
