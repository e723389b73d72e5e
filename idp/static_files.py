"""Static files under names that change with their content."""

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class SignetStaticFiles(CompressedManifestStaticFilesStorage):
    """Hashed names once `collectstatic` has run; plain names before (tests, first start)."""

    manifest_strict = False

    def hashed_name(self, name: str, content: Any = None, filename: str | None = None) -> str:
        if content is None and not self.exists(name):
            return name
        hashed: str = super().hashed_name(name, content, filename)
        return hashed
