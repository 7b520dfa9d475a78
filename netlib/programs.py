"""Programs that we did not write, run beside the notebook for its programs to talk to.

A server is a context manager; say() lets bash and iconv send one message. Nothing is installed
and nothing outlives its with-block: a program runs on a free port of loopback, serves a folder
that vanishes with it, and ends even if the notebook is killed.
"""

import contextlib
import os
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from types import TracebackType

from netlib.deadlines import SERVER_S
from netlib.errors import NetlibError, Unavailable
from netlib.serving import Address

__all__ = ["TFTPServer", "say", "tftp_server"]

_HOST = "127.0.0.1"
_RESEND_MS = 100

# It ends when its standard input does, which only this process holds open; and with it its
# group. The socket comes in as its output, which in.tftpd expects as its input, from inetd.
_KEEPER = '"$@" <&1 >/dev/null & exec >/dev/null; read -r _; kill -9 $!; wait; kill -9 0'

_TFTPY = f"""
import os, sys, threading, tftpy
from tftpy.TftpContexts import TftpContextServer
from tftpy.TftpStates import TftpState

def tamed(method):
    def call(*arguments):
        try:
            return method(*arguments)
        except Exception as error:  # what is none of tftpy's own would end the whole server
            raise error if isinstance(error, tftpy.TftpException) else tftpy.TftpException(error)
    return call

def stored(method):
    def call(state, packet):  # as in.tftpd does: what is acknowledged is in the file
        acks, send = [], state.sendACK
        state.sendACK = lambda block=state.context.next_block: acks.append(block)
        following = method(state, packet)
        state.context.fileobj.flush()
        state.sendACK = send
        for block in acks:
            send(block)
        return following
    return call

def tell():
    server.is_running.wait()
    print(server.listenport, flush=True)
    sys.stdin.read()
    os._exit(0)

TftpState.handleDat = stored(TftpState.handleDat)
TftpContextServer.start = tamed(TftpContextServer.start)
TftpContextServer.cycle = tamed(TftpContextServer.cycle)
server = tftpy.TftpServer(sys.argv[1])
threading.Thread(target=tell, daemon=True).start()
server.listen("{_HOST}", 0, timeout={_RESEND_MS / 1000}, retries=60)
"""


# /dev/udp sends a datagram for each write, and iconv writes a short text at once.
_SAYS = 'set -o pipefail; iconv -f utf-8 -t "$0" > "/dev/udp/$1/$2"'
_SAYS_TOO = """
import socket, sys
charset, host, port = sys.argv[1:]
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.sendto(sys.stdin.buffer.read().decode().encode(charset), (host, int(port)))
"""


def say(text: str, charset: str, address: Address) -> None:
    """Let another program send text in charset as one UDP datagram, and print its command.

    bash and iconv do it; where there is no iconv, or no bash with /dev/udp, python3 does.

    Args:
        text: a short one, and not empty.
        charset: by a name that iconv and Python know, such as "gbk".

    Raises:
        UnicodeEncodeError: charset cannot express text.
    """
    text.encode(charset)
    host, port = address
    shell = f"printf %s {shlex.quote(text)} | iconv -f utf-8 -t {charset} > /dev/udp/{host}/{port}"
    python = f"python3, which sends {text!r} in {charset} to {host}:{port}"
    arguments = [charset, host, str(port)]
    for shown, command in (
        (f"$ {shell}", ["bash", "-c", _SAYS]),
        (python, [sys.executable, "-c", _SAYS_TOO]),
    ):
        with contextlib.suppress(FileNotFoundError):
            told = subprocess.run([*command, *arguments], input=text.encode(), capture_output=True)
            if told.returncode == 0:
                print(shown)
                return
    raise Unavailable("expected bash and iconv, or python3, to send a datagram; none of them did")


def tftp_server(files: Mapping[str, bytes] | None = None, program: str = "") -> "TFTPServer":
    """Return a context manager that serves files by TFTP; the with-block gets the address.

    It takes uploads, too, and repeats a packet that is not answered after 0.1 s.

    Args:
        files: their bytes by name, which is in ASCII (tftpy knows no other) and may have
            folders in it ("sub/notes.txt").
        program: "in.tftpd" or "tftpy"; "" takes the first of them that works here.

    Raises:
        Unavailable: none does; when the block is entered.
    """
    return TFTPServer(files or {}, program)


class TFTPServer:
    """A TFTP server that runs as long as its with-block.

    Attributes:
        program: "in.tftpd" (of tftp-hpa, which only runs as root) or "tftpy"; "" before.
        folder: with the files that it serves, and those that were uploaded.
    """

    def __init__(self, files: Mapping[str, bytes], program: str) -> None:
        if program not in ("", *_STARTS):
            known = " or ".join(f'"{name}"' for name in _STARTS)
            raise ValueError(f"tftp_server() expected program to be {known}; got {program!r}")
        for name, data in files.items():
            path = PurePosixPath(name)
            outside = path.is_absolute() or ".." in path.parts or not path.name
            if outside or not (name.isascii() and name.isprintable()):
                raise ValueError(f"tftp_server() expected names of files, in ASCII; got {name!r}")
            if not isinstance(data, bytes):
                raise TypeError(
                    f"tftp_server() expected {name} to be bytes; got {type(data).__name__}"
                )
        self.program, self.folder = "", Path()
        self._files, self._wanted = dict(files), [program] if program else list(_STARTS)
        self._running: contextlib.ExitStack | None = None

    def __enter__(self) -> Address:
        if self._running is not None:
            raise NetlibError("these files are being served already: make a second tftp_server()")
        with contextlib.ExitStack() as made:
            folder = made.enter_context(tempfile.TemporaryDirectory(prefix="tftp-"))
            self.folder = Path(folder)
            for name, data in self._files.items():
                path = self.folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            for program in self._wanted:
                with contextlib.ExitStack() as tried:
                    address = tried.enter_context(_STARTS[program](self.folder))
                    if address is not None:
                        made.push(tried.pop_all())
                        self.program, self._running = program, made.pop_all()
                        return address
        raise Unavailable(
            "expected a TFTP server to talk to: tftpy (pip install tftpy) or, "
            f"as root, in.tftpd; {' and '.join(self._wanted)} cannot be run here"
        )

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.close()


@contextlib.contextmanager
def _in_tftpd(folder: Path) -> Iterator[Address | None]:
    """Run in.tftpd; yield its address, None where it cannot run."""
    path = shutil.which("in.tftpd", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"]))
    if path is None or not (_is_real_root() and _given_to_nobody(folder)):
        yield None
        return
    words = ["--secure", "--create", "--permissive", "--retransmit", str(_RESEND_MS * 1000)]
    words += ["--timeout", "1000000", str(folder)]  # seconds until it leaves of its own accord
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((_HOST, 0))
        address: Address = sock.getsockname()
        with _running(["/bin/sh", "-c", _KEEPER, "sh", path, *words], sock.fileno()):
            sock.close()
            yield address if _answers(address) else None


@contextlib.contextmanager
def _tftpy(folder: Path) -> Iterator[Address | None]:
    """Run tftpy's server; yield its address, None where it is not installed."""
    command = [sys.executable, "-P", "-c", _TFTPY, str(folder)]
    with _running(command, subprocess.PIPE) as process:
        assert process.stdout is not None
        port = process.stdout.readline()
        yield (_HOST, int(port)) if port else None


_STARTS: dict[str, Callable[[Path], contextlib.AbstractContextManager[Address | None]]] = {
    "in.tftpd": _in_tftpd,
    "tftpy": _tftpy,
}


@contextlib.contextmanager
def _running(command: list[str], output: int) -> "Iterator[subprocess.Popen[bytes]]":
    """Run a program that ends when its standard input does, quietly."""
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=output,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # an interrupt reaches the whole process group
    ) as process:
        yield process


def _is_real_root() -> bool:
    """Tell whether this process may change its groups, on which in.tftpd insists."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    try:
        return Path("/proc/self/setgroups").read_text("ascii").strip() == "allow"
    except OSError:  # no user namespaces here
        return True


def _given_to_nobody(folder: Path) -> bool:
    """Give folder to the user that in.tftpd becomes; tell whether that could be done."""
    try:
        for each in (folder, *folder.rglob("*")):
            shutil.chown(each, "nobody")
    except (LookupError, OSError):  # there is no such user, or none that we may give it to
        return False
    return True


def _answers(address: Address) -> bool:
    """Tell whether a TFTP server is at address, by asking for a file that is not there."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(SERVER_S)
        sock.sendto(b"\0\x01is anybody there?\0octet\0", address)
        with contextlib.suppress(OSError):
            return bool(sock.recv(516))
    return False
