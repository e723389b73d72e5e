"""Connections are counted before a server starts, not by the person who gets none."""

import os

import pytest
from django.conf import settings

from idp.connection_count import allowed, needed, shortage


def _config(**over: int) -> object:
    return settings.SIGNET.model_copy(update=over)


def test_every_thread_and_one_more_a_process_and_the_workers_are_counted() -> None:
    few = needed(_config(web_processes=1, web_threads=2, worker_threads=1))  # type: ignore[arg-type]
    more = needed(_config(web_processes=3, web_threads=5, worker_threads=4))  # type: ignore[arg-type]
    assert more - few == 3 * (5 + 1) + 4 - (1 * (2 + 1) + 1)


@pytest.mark.parametrize(("most", "enough"), [(43, True), (42, False)])
def test_ten_connections_are_left_to_others(most: int, enough: bool) -> None:
    config = _config(web_processes=2, web_threads=8, worker_threads=4)
    fault = shortage(config, most)  # type: ignore[arg-type]
    assert (fault == "") == enough
    assert enough or ("33" in fault and "42" in fault)


def test_the_server_is_asked_what_it_allows() -> None:
    assert (allowed(os.environ["SIGNET_DATABASE_URL"]) or 0) > 10


@pytest.mark.parametrize("url", ["postgresql://nobody@127.0.0.1:1/none", "postgresql://?x=y"])
def test_a_server_that_is_away_is_no_answer_and_no_crash(url: str) -> None:
    assert allowed(url) is None
