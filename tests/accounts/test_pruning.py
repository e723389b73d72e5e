"""Rows go in batches, and only while they are still over."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import pruning
from accounts.models import Budget


@pytest.fixture
def budgets(db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "_BATCH", 2)
    now = timezone.now()
    for number in range(5):
        Budget.objects.create(key=f"old-{number}", arrival_at=now)
    Budget.objects.create(key="young", arrival_at=now)


@pytest.mark.usefixtures("budgets")
def test_no_batch_is_larger_than_the_bound() -> None:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert pruning.delete_in_batches(Budget.objects.filter(key__startswith="old")) == 5
    assert sum(query["sql"].startswith("DELETE") for query in seen.captured_queries) == 3
    assert list(Budget.objects.values_list("key", flat=True)) == ["young"]


@pytest.mark.usefixtures("budgets")
def test_a_row_that_came_to_life_after_it_was_chosen_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chosen = Budget.objects.filter(key__startswith="old")
    filtered = type(chosen).filter

    def revived(self: Any, *args: Any, **kwargs: Any) -> Any:
        if "pk__in" in kwargs:
            Budget.objects.all().filter(key="old-0").update(key="young again")
        return filtered(self, *args, **kwargs)

    monkeypatch.setattr(type(chosen), "filter", revived)
    assert pruning.delete_in_batches(chosen) == 4
    monkeypatch.undo()
    assert set(Budget.objects.values_list("key", flat=True)) == {"young", "young again"}
