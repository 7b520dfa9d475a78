"""A folder that a rule shares with the learner's code, read back by who trusts nothing in it.

In the sandbox it lies in its tmpfs, in practice among the temporary files. The judge goes from
descriptor to descriptor, one name at a time and never through a link, so nothing that the
learner's code plants there leads anywhere else.
"""

import contextlib
import os
import shutil
import socket
import stat
import tempfile
from collections.abc import Mapping
from typing import BinaryIO, Self

from autograder.text.story import Failed
from autograder.text.wording import Text

__all__ = ["Folder"]

MOST_BYTES = 16 << 20  # in all files together
MOST_FILES = 1_000
DEEPEST = 8

_AS_IS = os.O_NOFOLLOW | os.O_NONBLOCK  # no link is followed, no FIFO waited for
_AS_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


class Folder:
    """An open folder. path is what the learner's code calls it."""

    def __init__(self, parent: int, place: str, name: str) -> None:
        """Make it in an open folder, which the learner's code calls place."""
        self.path = f"{place}/{name}"
        self._temporary: str | None = None
        self._opened: list[BinaryIO] = []
        os.mkdir(name, 0o700, dir_fd=parent)
        self._descriptor = os.open(name, _AS_FOLDER, dir_fd=parent)

    @classmethod
    def temporary(cls) -> Self:
        """Make one among the temporary files."""
        place = tempfile.mkdtemp(prefix="live-sockets-")
        parent = os.open(place, _AS_FOLDER)
        try:
            folder = cls(parent, place, "folder")
        finally:
            os.close(parent)
        folder._temporary = place
        return folder

    def write(self, files: Mapping[str, bytes]) -> None:
        """Put files in; a name may hold slashes."""
        for name, data in files.items():
            *folders, last = name.split("/")
            with contextlib.ExitStack() as stack:
                here = self._descriptor
                for each in folders:
                    with contextlib.suppress(FileExistsError):
                        os.mkdir(each, 0o700, dir_fd=here)
                    here = os.open(each, _AS_FOLDER, dir_fd=here)
                    stack.callback(os.close, here)
                flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _AS_IS
                with open(os.open(last, flags, 0o600, dir_fd=here), "wb") as file:
                    file.write(data)

    def opened(self, name: str) -> BinaryIO:
        """Return a file in it, open: whatever is put in its place, this is the one of now."""
        file = open(os.open(name, os.O_RDONLY | _AS_IS, dir_fd=self._descriptor), "rb")
        self._opened.append(file)
        return file

    def make(self, name: str) -> None:
        """Make a folder in it."""
        os.mkdir(name, 0o700, dir_fd=self._descriptor)

    def link(self, name: str, target: str) -> None:
        """Make a symbolic link in it, to what the learner's code calls target."""
        os.symlink(target, name, dir_fd=self._descriptor)

    def names(self) -> list[str]:
        """Return what lies in it, of any kind, in order. Fails if that is more than may."""
        with os.scandir(self._descriptor) as entries:
            found = [entry.name for _, entry in zip(range(MOST_FILES + 1), entries, strict=False)]
        if len(found) > MOST_FILES:
            raise _too_much()
        return sorted(found)

    def connected(self, name: str) -> socket.socket:
        """Return a socket that is connected to the Unix socket of that name in it.

        Raises OSError: nobody listens there, or it is something else: a link is not followed.
        """
        place = os.open(name, os.O_PATH | os.O_NOFOLLOW, dir_fd=self._descriptor)
        sock = socket.socket(socket.AF_UNIX)
        sock.setblocking(False)
        try:
            sock.connect(f"/proc/self/fd/{place}")  # of any folder, whatever the length of its path
        except OSError:
            sock.close()
            raise
        finally:
            os.close(place)
        return sock

    def read(self) -> dict[str, bytes]:
        """Return the regular files in it, by name. Fails if it holds more than it may."""
        found: dict[str, bytes] = {}
        self._read(self._descriptor, "", 0, found)
        return found

    def close(self) -> None:
        """Close it, and remove it if it is a temporary one."""
        for file in self._opened:
            file.close()
        os.close(self._descriptor)
        if self._temporary is not None:
            for folder, inner, _ in os.walk(self._temporary):  # it looks into those afterwards
                for path in (f"{folder}/{name}" for name in inner):
                    if not os.path.islink(path):
                        os.chmod(path, 0o700)
            shutil.rmtree(self._temporary, ignore_errors=True)

    def _read(self, here: int, above: str, depth: int, found: dict[str, bytes]) -> None:
        if depth > DEEPEST:
            raise _too_much()
        for number, name in enumerate(sorted(os.listdir(here))):
            if number + len(found) >= MOST_FILES:
                raise _too_much()
            with contextlib.suppress(OSError):  # a link, a socket, or it is gone
                descriptor = os.open(name, os.O_RDONLY | _AS_IS, dir_fd=here)
                try:
                    self._read_one(descriptor, f"{above}{name}", depth, found)
                finally:
                    os.close(descriptor)

    def _read_one(self, descriptor: int, name: str, depth: int, found: dict[str, bytes]) -> None:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            self._read(descriptor, f"{name}/", depth + 1, found)
        elif stat.S_ISREG(mode):
            left = MOST_BYTES - sum(map(len, found.values()))
            with open(descriptor, "rb", closefd=False) as file:
                found[name] = file.read(left + 1)
            if len(found[name]) > left:
                raise _too_much()


def _too_much() -> Failed:
    most = f"{MOST_BYTES >> 20} MiB"
    return Failed(
        Text(f"at most {MOST_FILES} files of {most}", f"至多 {MOST_FILES} 个文件，共 {most}"),
        Text("more than that in the folder", "目录里超过了这个数"),
    )
