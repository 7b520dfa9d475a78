"""The notebook's file, while its kernel runs: what was saved and not run."""

import json
import os
from pathlib import Path

__all__ = ["Saved"]

_MOST_BYTES = 20_000_000


class Saved:
    """The file that a notebook is saved to."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @classmethod
    def of_this_session(cls) -> "Saved | None":
        """Return the file of the notebook whose kernel this is, if the server has told it."""
        name = Path(os.environ.get("JPY_SESSION_NAME", "")).name
        path = Path.cwd() / name  # a kernel begins where its notebook lies
        return cls(path) if name.endswith(".ipynb") and path.is_file() else None

    @property
    def name(self) -> str:
        """The file's name."""
        return self._path.name

    def text(self, id: str, since: float) -> str | None:
        """Return the text of a cell, if the file was saved after since (a time of `time.time`)."""
        try:
            found = self._path.stat()
            if found.st_mtime <= since or found.st_size > _MOST_BYTES:
                return None
            cells = json.loads(self._path.read_bytes())["cells"]
            source = next(cell["source"] for cell in cells if cell.get("id") == id)
            return "".join(source)
        except (OSError, ValueError, LookupError, TypeError, AttributeError, StopIteration):
            return None  # it is being written, or somebody has put another file there
