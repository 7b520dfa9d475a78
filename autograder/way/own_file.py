"""A small file that is the learner's own; nothing of it is ever sent anywhere.

It lies in `$XDG_DATA_HOME/live-sockets/`, or beside the file that `LIVE_SOCKETS_PROGRESS`
names; with `LIVE_SOCKETS_PROGRESS=off` nothing is kept.
"""

import contextlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Generic, TypeVar

__all__ = ["OwnFile"]

Entry = TypeVar("Entry")

_FORMAT = 1
_MOST_BYTES = 1_000_000  # an honest one has 30,000


class OwnFile(Generic[Entry]):
    """JSON: `{"format": 1, key: {id: entry, …}}`, the entry that changed last at the end.

    Args:
        name: of the file.
        key: of its entries.
        parsed: makes an entry of what was read; raises ValueError for what cannot be one.
        written: the opposite.
    """

    def __init__(
        self, name: str, key: str, parsed: Callable[[Any], Entry], written: Callable[[Entry], Any]
    ) -> None:
        self._name, self._key, self._parsed, self._written = name, key, parsed, written

    def place(self) -> Path | None:
        """Return where it lies; None if nothing is to be kept."""
        said = os.environ.get("LIVE_SOCKETS_PROGRESS", "")
        if said == "off":
            return None
        if said:
            path = Path(said).expanduser()
            return path if self._name == "progress.json" else path.with_name(self._name)
        home = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
        return Path(home, "live-sockets", self._name).expanduser()

    def read(self) -> dict[str, Entry]:
        """Return the entries by their ids; none where there is no file that can be read."""
        path = self.place()
        try:
            return {} if path is None else self._load(path)
        except (OSError, ValueError, RuntimeError):  # RuntimeError: nobody knows where ~ is
            return {}

    def change(self, id: str, changed: Callable[[Entry | None], Entry]) -> None:
        """Let changed make an entry from what it was before.

        A file that cannot be written is nobody's fault; what cannot be read is set aside.
        """
        with contextlib.suppress(OSError, RuntimeError):
            path = self.place()
            if path is None:
                return
            path.parent.mkdir(parents=True, exist_ok=True)
            with _alone(path):
                entries = self._load_or_set_aside(path)
                entries[id] = changed(entries.pop(id, None))
                said = {each: self._written(entry) for each, entry in entries.items()}
                _write(path, {"format": _FORMAT, self._key: said})

    def _load_or_set_aside(self, path: Path) -> dict[str, Entry]:
        try:
            return self._load(path)
        except FileNotFoundError:
            return {}
        except ValueError:
            os.replace(path, path.with_name(f"{path.name}.unreadable"))
            return {}

    def _load(self, path: Path) -> dict[str, Entry]:
        with path.open("rb") as file:
            text = file.read(_MOST_BYTES)
        try:
            data = json.loads(text)
        except RecursionError:
            raise ValueError("it is nested too deeply") from None
        match data:
            case {"format": int(number), **rest} if number == _FORMAT:
                entries = rest.get(self._key)
                if isinstance(entries, dict):
                    return {id: self._parsed(entry) for id, entry in entries.items()}
        raise ValueError("it is no file of ours")


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Two notebooks may be checked at once. The file itself is replaced, so another is locked."""
    import fcntl  # where check() runs there is fork(), and this

    with open(path.with_name(f"{path.name}.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write(path: Path, data: Any) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    try:
        with open(handle, "w", encoding="utf-8") as file:
            json.dump(data, file, indent=1, ensure_ascii=False)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
