"""No test of netlib leaves a thread, a socket or a file behind."""

import gc
import os
import threading
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    threads, files = set(threading.enumerate()), open_files()
    yield
    if set(threading.enumerate()) != threads or open_files() != files:
        gc.collect()  # slow, and only for what hangs in a cycle
    assert set(threading.enumerate()) == threads
    assert open_files() == files


def open_files() -> dict[str, str]:
    """Return what every descriptor of this process is, where the kernel tells it.

    matplotlib keeps its fonts open.
    """
    found = {}
    folder = "/proc/self/fd"
    for name in os.listdir(folder) if os.path.isdir(folder) else ():
        try:
            found[name] = os.readlink(f"{folder}/{name}")
        except FileNotFoundError:  # the listing's own descriptor
            continue
    return {name: what for name, what in found.items() if not what.endswith(".ttf")}
