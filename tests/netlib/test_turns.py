"""Who stops and goes on most often: the order that chapter 18 tells holds on any machine."""

import sys
from importlib.util import find_spec

import pytest

from netlib.turns import turns_per_second


def test_a_generator_stops_more_often_than_a_task_of_asyncio_and_that_than_a_thread() -> None:
    rates = turns_per_second()
    generator, task, thread = (rates[name] for name in ("generator", "asyncio", "threads"))
    assert generator and task and thread
    assert generator > 5 * task
    assert task > thread


@pytest.mark.skipif(find_spec("greenlet") is None, reason="greenlet is not installed here")
def test_a_greenlet_stops_more_often_than_a_task_of_asyncio() -> None:
    rates = turns_per_second()
    assert rates["greenlet"] and rates["asyncio"]
    assert rates["greenlet"] > rates["asyncio"]


def test_without_greenlet_it_has_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "greenlet", None)
    assert turns_per_second()["greenlet"] is None
