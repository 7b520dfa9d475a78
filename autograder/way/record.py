"""What a learner has reached in practice: one small file of their own, written by checks alone.

It lies in `$XDG_DATA_HOME/live-sockets/progress.json`, or where `LIVE_SOCKETS_PROGRESS` says;
`LIVE_SOCKETS_PROGRESS=off` keeps nothing. Nothing is ever sent anywhere.
"""

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

__all__ = ["Reached", "keep", "kept", "place"]

_FORMAT = 1
_MOST_BYTES = 1_000_000  # an honest one has 30,000


@dataclass(frozen=True, slots=True)
class Reached:
    """How far one exercise is.

    Attributes:
        best, last: points, of so many.
        at: when it was last judged, in UTC, as ISO 8601 has it.
        text: a hash of the cell that was judged.
    """

    best: float
    of: float
    last: float
    at: str
    text: str = ""


def place() -> Path | None:
    """Return where the record lies; None if none is to be kept."""
    said = os.environ.get("LIVE_SOCKETS_PROGRESS", "")
    if said == "off":
        return None
    if said:
        return Path(said).expanduser()
    home = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(home, "live-sockets", "progress.json").expanduser()


def kept() -> dict[str, Reached]:
    """Return what each exercise has reached, by its id; nothing where there is no record."""
    path = place()
    try:
        return {} if path is None else _read(path)
    except (OSError, ValueError, RuntimeError):  # RuntimeError: nobody knows where ~ is
        return {}


def keep(exercise: str, score: float, of: float, cell: str) -> None:
    """Write down what came of a check; a file that cannot be written is nobody's fault.

    cell is the text that was judged. What cannot be read is set aside.
    """
    with contextlib.suppress(OSError, RuntimeError):
        path = place()
        if path is None:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with _alone(path):
            try:
                record = _read(path)
            except FileNotFoundError:
                record = {}
            except ValueError:
                os.replace(path, path.with_name(f"{path.name}.unreadable"))
                record = {}
            before = record.pop(exercise, None)  # the newest is the last
            best = before.best if before else 0.0
            now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
            text = sha256(cell.encode("utf-8", "replace")).hexdigest()
            record[exercise] = Reached(min(of, max(best, score)), of, score, now, text)
            _write(path, record)


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Two notebooks may be checked at once. The file itself is replaced, so another is locked."""
    import fcntl  # where check() runs there is fork(), and this

    with open(path.with_name(f"{path.name}.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _read(path: Path) -> dict[str, Reached]:
    """Read a record. Raises ValueError for anything else."""
    with path.open("rb") as file:
        text = file.read(_MOST_BYTES)
    try:
        data = json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    match data:
        case {"format": int(number), "exercises": dict(exercises)} if number == _FORMAT:
            return {id: _reached(found) for id, found in exercises.items()}
    raise ValueError("it is no record of practice")


def _reached(data: Any) -> Reached:
    match data:
        case {
            "best": int() | float() as best,
            "of": int() | float() as of,
            "last": int() | float() as last,
            "at": str(at),
        } if 0 <= best <= of and 0 <= last <= of:
            return Reached(best, of, last, at, str(data.get("text", "")))
    raise ValueError("it is nothing that an exercise can reach")


def _write(path: Path, record: dict[str, Reached]) -> None:
    data = {"format": _FORMAT, "exercises": {id: asdict(each) for id, each in record.items()}}
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    try:
        with open(handle, "w", encoding="utf-8") as file:
            json.dump(data, file, indent=1)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
