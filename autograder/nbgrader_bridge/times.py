"""When something was handed in, as students' files and folders say it."""

import re
from datetime import datetime
from pathlib import Path

from nbgrader.utils import parse_utc  # type: ignore[import-untyped]  # it ships no types

from autograder.notebooks.submission import content

__all__ = ["as_time", "time_in"]

FILE = "timestamp.txt"

# No slash: what stands where the zone should, dateutil opens as a file.
_TIME = re.compile(r"[\w :.,+-]{1,100}", re.ASCII)


def as_time(text: str) -> datetime | None:
    """Return the time that a text says, in UTC and without a zone, or None if it says none."""
    if not _TIME.fullmatch(text):
        return None
    try:
        time = parse_utc(text)
    except (ValueError, OverflowError, TypeError):
        return None
    return time if isinstance(time, datetime) else None


def time_in(folder: Path) -> datetime | None:
    """Return the time in a folder's timestamp.txt, or None if that holds none, whatever it is."""
    data = content(folder / FILE)
    return as_time(data.decode(errors="replace").strip()) if len(data) <= 100 else None
