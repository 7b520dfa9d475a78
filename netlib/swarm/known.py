"""Echo servers to compare one's own with, and one's own from the notebooks of other chapters."""

import ast
import asyncio
import contextlib
import functools
import json
import linecache
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from netlib.swarm.served import Function

__all__ = ["greenlets", "own", "protocol", "threads"]

_ROLES = ("setup", "solution")  # cells that define something for answers
_DEFINES = (
    *(ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign),
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef),
)
_LOOKS_S = 0.05  # between two looks at stop


def own(chapter: str, name: str, folder: Path | None = None, **more: Any) -> Any:
    """Return the reader's server of that name in another chapter; None if it is not there.

    Args:
        chapter: such as "ch16"; its notebook stands in a folder beside this one's.
        folder: the folder of this notebook; None: where the program runs.
        more: what it is called with besides its listener and stop.
    """
    for path in sorted((folder or Path.cwd()).parent.glob(f"{chapter}_*/{chapter}_*.ipynb")):
        names: dict[str, Any] = {"__name__": f"netlib.swarm.{chapter}"}
        for id, source in _cells(path):
            with contextlib.suppress(Exception):  # what is half-written there is not for this page
                _run(f"<{chapter} {id}>", source, names)
        if callable(names.get(name)):
            return _with(names[name], more) if more else names[name]
    return None


def _with(server: Any, more: dict[str, Any]) -> Function:
    @functools.wraps(server)
    def serve(listener: socket.socket, stop: threading.Event) -> object:
        return server(listener=listener, stop=stop, **more)

    return serve


def _cells(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the id and the source of the cells of a notebook that define something."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        for cell in cells:
            if cell["metadata"].get("live_sockets", {}).get("role") in _ROLES:
                yield cell["id"], "".join(cell["source"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return  # it is no notebook


def _run(file: str, source: str, names: dict[str, Any]) -> None:
    """Run what a cell imports, defines and assigns, and nothing else."""
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    tree = ast.parse(source)
    tree.body = [each for each in tree.body if isinstance(each, _DEFINES)]
    exec(compile(tree, file, "exec"), names)


def threads(listener: socket.socket, stop: threading.Event) -> None:
    """Echo until stop is set, with a thread a client; each ends with its client."""

    def serve(client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            while data := client.recv(65536):
                client.sendall(data)

    listener.settimeout(_LOOKS_S)
    while not stop.is_set():
        with contextlib.suppress(TimeoutError):
            client, _ = listener.accept()
            client.settimeout(None)
            threading.Thread(target=serve, args=(client,), daemon=True).start()


class _Echo(asyncio.Protocol):
    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._transport.write(data)


def protocol(listener: socket.socket, stop: threading.Event) -> None:
    """Echo until stop is set, with an asyncio Protocol: below the streams."""

    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(_Echo, sock=listener, backlog=4096)
        async with server:
            while not stop.is_set():
                await asyncio.sleep(_LOOKS_S)

    asyncio.run(serve())


def greenlets(listener: socket.socket, stop: threading.Event) -> None:
    """Echo until stop is set, with gevent, a greenlet a client.

    Raises:
        ImportError: gevent is not installed.
    """
    import gevent  # type: ignore[import-untyped,unused-ignore]
    from gevent import server  # type: ignore[import-untyped,unused-ignore]
    from gevent import socket as green

    def serve(client: Any, _: object) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                client.sendall(data)

    listener.setblocking(False)
    ours = green.socket(listener.family, listener.type, 0, fileno=listener.dup().detach())
    serving = server.StreamServer(ours, serve)
    serving.start()
    while not stop.is_set():
        gevent.sleep(_LOOKS_S)
    serving.stop()
