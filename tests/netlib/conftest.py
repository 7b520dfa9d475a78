"""What the tests of netlib share: none leaves a thread, a socket or a file behind."""

import gc
import os
import threading
from collections.abc import Callable, Iterator

import pytest


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    threads, files = set(threading.enumerate()), open_files()
    yield
    if not (set(threading.enumerate()) <= threads and open_files().items() <= files.items()):
        gc.collect()  # slow, and only for what hangs in a cycle
    # What another test of this process has left may end meanwhile.
    assert set(threading.enumerate()) <= threads
    assert open_files().items() <= files.items()


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


@pytest.fixture
def contrast() -> Callable[[str, str], float]:
    """The contrast of two colours such as "#1f2328": the ratio of WCAG 2, from 1 to 21."""

    def luminance(colour: str) -> float:
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def ratio(one: str, other: str) -> float:
        low, high = sorted((luminance(one), luminance(other)))
        return (high + 0.05) / (low + 0.05)

    return ratio
