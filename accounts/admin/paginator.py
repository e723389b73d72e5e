"""Pages of a list of any size, without counting all of it."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

MOST = 1_000


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts up to `MOST`: an exact count of a million rows takes seconds and helps nobody."""

    object_list: "QuerySet[Any]"

    @cached_property
    def _counted(self) -> int:
        return self.object_list.order_by().values("pk")[: MOST + 1].count()

    @cached_property
    def count(self) -> int:
        return min(self._counted, MOST)

    @property
    def bounded(self) -> bool:
        """Whether there are more than `count`."""
        return self._counted > MOST
