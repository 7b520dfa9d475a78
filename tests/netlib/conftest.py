"""No test of netlib leaves a thread, a socket or a file behind."""

import gc
import os
import threading
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    threads, files = set(threading.enumerate()), _open_files()
    yield
    gc.collect()
    assert set(threading.enumerate()) == threads
    assert _open_files() <= files


def _open_files() -> int:
    return len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
