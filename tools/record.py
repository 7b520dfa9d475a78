"""Record what a chapter's demonstrations on a LAN put on the wire, for machines that allow none.

    python tools/record.py ch05b

runs the chapter's cells, and writes what the first switch of each LAN sees to the recording that
the demonstration names: instead("ch05b-found") is netlib/recordings/ch05b-found.pcapng.
"""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import netlib.lan
import netlib.recordings
from autograder.notebooks.chapter import reference
from netlib.capture import Capture, Frames, capture

ROOT = Path(__file__).resolve().parents[1]
MOST = 40  # frames of a recording

wanted: list[str] = []  # the recording that the demonstration under way names
written: dict[Path, int] = {}  # how many frames each has


@contextlib.contextmanager
def named(name: str) -> Iterator[None]:
    """Stand in for `instead`."""
    wanted.append(name)
    try:
        yield
    finally:
        wanted.pop()


class Recorded(netlib.lan.Lan):
    """A LAN whose first switch is watched from its first machine to its end."""

    frames: Capture | None = None

    def host(self, *args: Any, **kwargs: Any) -> netlib.lan.Host:
        """Add a host; the first one begins the recording."""
        if self.frames is None and wanted and self.center is not None:
            self.frames = capture(self.center, "udp")
            self.frames.__enter__()
        return super().host(*args, **kwargs)

    def close(self) -> None:
        """End it, and keep what was seen if no LAN of that name has seen more."""
        if self.frames is not None:
            frames, self.frames = self.frames, None
            frames.__exit__(None, None, None)
            path = ROOT / "netlib" / "recordings" / f"{wanted[-1]}.pcapng"
            if min(len(frames), MOST) > written.get(path, 0):
                Frames(frames[:MOST], "").save(path)
                written[path] = min(len(frames), MOST)
                print("wrote", path.relative_to(ROOT))
        super().close()


def main(chapter: str) -> None:
    """Run the cells of a chapter, but for its checks and predictions."""
    for path in (ROOT / "netlib" / "recordings").glob(f"{chapter}-*.pcapng"):
        path.unlink()
    netlib.lan.Lan, netlib.recordings.instead = Recorded, named  # type: ignore[misc]
    netlib.recordings.recording = lambda name: Frames([], name)  # it is about to be made
    namespace: dict[str, Any] = {"display": str}
    cells = reference(chapter).cells
    last = max(at for at, cell in enumerate(cells) if "instead(" in cell.source)
    for cell in cells[: last + 1]:
        if cell.role in ("setup", "solution", "demo"):
            exec(compile(cell.source, cell.id, "exec"), namespace)


if __name__ == "__main__":
    main(*sys.argv[1:])
