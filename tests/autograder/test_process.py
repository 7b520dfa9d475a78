"""Calls of a learner's code in a real guest: a fork, as in a notebook.

Values, sockets, exceptions and objects on both ways, and everything that a call can do
instead of returning.
"""

import contextlib
import errno
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.guest.loading import LoadCell
from autograder.guest.values import MAX_ITEMS, Record
from autograder.judging.fork import fork
from autograder.learner.copies import Original
from autograder.learner.handles import Handle
from autograder.proc import stands_still
from autograder.text.observed import Gone, Hang, Raised, Standing, StudentError, Unloadable
from autograder.text.story import Failed
from autograder.text.wording import Text

Guest = Callable[[str], Original]
"""Makes a guest that has loaded such a cell."""

HANG_S = 0.2  # how long a call that hangs is waited for here


@pytest.fixture
def guest() -> Iterator[Guest]:
    """Return the maker of a guest with one cell loaded."""
    with contextlib.ExitStack() as stack:

        def make(source: str) -> Original:
            process = fork()
            stack.callback(process.kill)
            process.load((LoadCell("answer", source, whole=True),), ())
            assert process.problems == []
            return process

        yield make


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """No test leaves a process, a thread or a descriptor behind."""
    before = children(), threading.active_count(), open_descriptors()
    yield
    assert (children(), threading.active_count(), open_descriptors()) == before


def children() -> set[int]:
    """Return this process's children, dead ones that nobody has waited for among them."""
    return set(map(int, Path("/proc/thread-self/children").read_text().split()))


def open_descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


# -- values ------------------------------------------------------------------------------------


def test_values_cross_both_ways(guest: Guest) -> None:
    process = guest("def same(*args, **kwargs): return args, kwargs")
    values = (None, True, 7, 1.5, "你好", b"\xff", bytearray(b"a"), [1], (2,), {3}, {"a": {4: 5}})
    assert process.call("same", *values, key=[b"x"]) == (values, {"key": [b"x"]})


def test_the_learners_types_are_kept_exactly(guest: Guest) -> None:
    process = guest(
        "class AlwaysRight(bytes):\n"
        "    def __eq__(self, other): return True\n"
        "    __hash__ = bytes.__hash__\n"
        "def f(): return AlwaysRight(b'wrong')"
    )
    value = process.call("f")
    assert type(value) is bytes
    assert value != b"right"


def test_named_values_arrive_as_records(guest: Guest) -> None:
    process = guest(
        "import collections, dataclasses, enum, pathlib\n"
        "Pair = collections.namedtuple('Pair', 'a b')\n"
        "@dataclasses.dataclass\n"
        "class Box:\n    content: bytes\n"
        "class Colour(enum.Enum):\n    RED = 1\n"
        "def f(): return [Pair(1, 2), Box(b'x'), Colour.RED, pathlib.Path('/a')]"
    )
    pair, box, colour, path = process.call("f")
    assert pair == Record("Pair", "tuple", {"a": 1, "b": 2})
    assert box == Record("Box", "dataclass", {"content": b"x"})
    assert colour == Record("Colour", "enum", {"name": "RED", "value": 1})
    assert path == Record("PosixPath", "path", {"text": "/a"})


@pytest.mark.parametrize(
    "large",
    [
        f"return [0] * {MAX_ITEMS}",
        "return 16 ** 4000",
        "return bytes(3_000_000)",
        "raise OSError(x)",
    ],
)
def test_a_value_that_is_too_large_is_no_end_of_the_process(guest: Guest, large: str) -> None:
    process = guest(f"x = bytes(3_000_000)\ndef f(): {large}")
    with pytest.raises(Gone, match="^the reply cannot be read: ") as caught:
        process.call("f")
    assert caught.value.unreadable


def test_a_value_that_holds_itself_is_a_value_error(guest: Guest) -> None:
    process = guest("x = []\nx.append(x)\ndef f(): return x\ndef g(): return 1")
    with pytest.raises(Raised, match="^ValueError: a value nested more than 40 deep"):
        process.call("f")
    assert process.call("g") == 1


def test_one_megabyte_of_bytes_crosses_both_ways(guest: Guest) -> None:
    data = bytes(1_000_000)
    assert guest("def f(data): return data").call("f", data) == data


def test_what_is_printed_and_asked_for_goes_nowhere(
    guest: Guest, capfd: pytest.CaptureFixture[str]
) -> None:
    process = guest(
        "import os, sys\n"
        "def f():\n"
        "    print('printed' * 100_000)\n"
        "    print('printed', file=sys.stderr)\n"
        "    os.write(1, b'printed')\n"
        "    os.system('echo printed')\n"
        "    return sys.stdin.read()\n"
        "def g(): return input('printed')"
    )
    assert process.call("f") == ""
    with pytest.raises(Raised) as caught:
        process.call("g")
    assert caught.value.names[0] == "EOFError"
    assert capfd.readouterr() == ("", "")


def test_a_folder_of_path_that_nobody_may_enter_hides_no_missing_program(
    monkeypatch: pytest.MonkeyPatch, guest: Guest, tmp_path: Path
) -> None:
    """There execvp says EACCES, or ELOOP, and not ENOENT."""
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "closed").mkdir(0)
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "here").write_text("#!/bin/sh\nexit 3\n")
    (tmp_path / "open" / "here").chmod(0o700)
    folders = [tmp_path / "loop", tmp_path / "closed" / "inner", tmp_path / "open"]
    monkeypatch.setenv("PATH", ":".join([*map(str, folders), os.environ["PATH"]]))
    process = guest("import subprocess\ndef f(name): return subprocess.run([name]).returncode")
    assert process.call("f", "here") == 3
    with pytest.raises(Raised, match="^FileNotFoundError"):
        process.call("f", "no-such-program")


# -- sockets -----------------------------------------------------------------------------------


@pytest.fixture
def bound(deadline_s: float) -> Iterator[socket.socket]:
    """A bound UDP socket."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(deadline_s)
        yield sock


@pytest.mark.parametrize("timeout", [None, 0.0, 2.5])
def test_a_sockets_timeout_goes_with_it(
    guest: Guest, bound: socket.socket, timeout: float | None
) -> None:
    process = guest("def f(sock): return sock.gettimeout(), sock.getsockname(), sock.type.name")
    bound.settimeout(timeout)
    assert process.call("f", bound) == (timeout, bound.getsockname(), "SOCK_DGRAM")


def test_a_blocking_recv_waits_on_a_socket_that_has_a_timeout(
    guest: Guest, bound: socket.socket
) -> None:
    """With a timeout the description is non-blocking: recv would raise BlockingIOError."""
    process = guest("def f(sock):\n    return sock.recv(10)")
    call = process.start("f", bound)
    process.rest(call)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"late", bound.getsockname())
    assert call.result() == b"late"


def test_the_same_socket_arrives_as_the_same_object(guest: Guest, bound: socket.socket) -> None:
    process = guest(
        "kept = []\n"
        "def keep(sock): kept.append(sock)\n"
        "def f(one, two): return one is two is kept[0], one.gettimeout()"
    )
    process.call("keep", bound)
    bound.settimeout(0.5)
    assert process.call("f", bound, bound) == (True, 0.5)


@pytest.mark.parametrize("timeout", [None, 0.0, 0.5])
def test_a_socket_comes_back_with_its_timeout(
    guest: Guest, deadline_s: float, timeout: float | None
) -> None:
    process = guest(
        "import socket\n"
        "def f(timeout):\n"
        "    ours, theirs = socket.socketpair()\n"
        "    ours.settimeout(timeout)\n"
        "    theirs.sendall(b'hello')\n"
        "    return ours, theirs"
    )
    ours, theirs = process.call("f", timeout)
    with ours, theirs:
        assert ours.gettimeout() == timeout
        assert theirs.gettimeout() is None
        ours.settimeout(deadline_s)
        assert ours.recv(10) == b"hello"


def test_a_socket_that_is_returned_is_handed_over(guest: Guest, deadline_s: float) -> None:
    process = guest(
        "import socket\n"
        "pair = socket.socketpair()\n"
        "def f(): return pair[0]\n"
        "def hears_the_end(): return pair[1].recv(1)"
    )
    handed_over = process.call("f")
    handed_over.close()
    assert process.start("hears_the_end").result(deadline_s) == b""


def test_a_call_that_closes_what_it_was_given_is_seen(guest: Guest, bound: socket.socket) -> None:
    process = guest("def closes(sock): sock.close()\ndef leaves(sock): pass")
    with socket.socket() as other:
        call = process.start("leaves", bound)
        call.result()
        assert not call.has_closed(bound)
        call = process.start("closes", other)
        call.result()
        assert call.has_closed(other)
        assert not call.has_closed(bound)
    assert bound.fileno() >= 0


# -- exceptions --------------------------------------------------------------------------------

EXCEPTIONS: list[tuple[str, type[Exception], tuple[Any, ...], int | None]] = [
    ("ValueError('no', 1)", ValueError, ("no", 1), None),
    ("KeyError(b'k')", KeyError, (b"k",), None),
    ("EOFError(b'par')", EOFError, (b"par",), None),
    ("TimeoutError('timed out')", TimeoutError, ("timed out",), None),
    ("socket.timeout(110, 'x')", TimeoutError, (110, "x"), 110),
    ("ConnectionRefusedError(111, 'x')", ConnectionRefusedError, (111, "x"), 111),
    ("OSError(errno.EMSGSIZE, 'long')", OSError, (90, "long"), 90),
    ("OSError(errno.ECONNRESET, 'x')", ConnectionResetError, (104, "x"), 104),
    ("BlockingIOError(11, 'x')", BlockingIOError, (11, "x"), 11),
    ("PermissionError(13, 'x')", PermissionError, (13, "x"), 13),
    ("BrokenPipeError(32, 'x')", BrokenPipeError, (32, "x"), 32),
    ("OSError('plain')", OSError, ("plain",), None),
    ("socket.gaierror(-2, 'no name')", OSError, (-2, "no name"), -2),
    ("StopIteration(1)", StopIteration, (1,), None),
    ("ValueError(object)", ValueError, ("<class 'object'>",), None),
]


@pytest.mark.parametrize(("raised", "kind", "args", "number"), EXCEPTIONS)
def test_a_builtin_exception_arrives_as_itself(
    guest: Guest,
    raised: str,
    kind: type[Exception],
    args: tuple[Any, ...],
    number: int | None,
) -> None:
    process = guest(f"import errno, socket\n\n\ndef f():\n    raise {raised}")
    with pytest.raises(Raised) as caught:
        process.call("f")
    error = caught.value.error
    assert type(error) is kind
    assert error.args == args
    assert getattr(error, "errno", None) == number
    assert caught.value.where == ("answer", 5)


def test_errors_of_the_kernel_keep_their_number(guest: Guest, bound: socket.socket) -> None:
    process = guest(
        "import socket\n"
        "def f(address):\n"
        "    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:\n"
        "        sock.bind(address)"
    )
    with pytest.raises(Raised) as caught:
        process.call("f", bound.getsockname())
    assert type(caught.value.error) is OSError
    assert caught.value.error.errno == errno.EADDRINUSE


@pytest.mark.parametrize(
    ("code", "kind"),
    [("'你'.encode('ascii')", UnicodeEncodeError), ("b'\\xff'.decode()", UnicodeDecodeError)],
)
def test_a_unicode_error_arrives_with_what_it_names(
    guest: Guest, code: str, kind: type[UnicodeError]
) -> None:
    with pytest.raises(Raised) as caught:
        guest(f"def f(): {code}").call("f")
    assert type(caught.value.error) is kind
    assert caught.value.error.args[2:4] == (0, 1)


def test_a_class_made_in_a_cell_arrives_as_what_it_extends_and_by_name(
    guest: Guest,
) -> None:
    process = guest(
        "class FrameError(ValueError): pass\n"
        "class Cut(FrameError): pass\n"
        "class Strange(UnicodeDecodeError):\n    def __init__(self): pass\n"
        "def f(): raise Cut('short')\n"
        "def g(): raise Strange()"
    )
    with pytest.raises(Raised) as caught:
        process.call("f")
    assert caught.value.names[:3] == ("Cut", "FrameError", "ValueError")
    assert type(caught.value.error) is ValueError
    assert caught.value.error.args == ("short",)
    with pytest.raises(Raised) as caught:
        process.call("g")
    assert caught.value.names[:2] == ("Strange", "UnicodeDecodeError")
    assert isinstance(caught.value.error, ValueError)


@pytest.mark.parametrize(
    ("raised", "name", "args"),
    [
        ("raise SystemExit(3)", "SystemExit", (3,)),
        ("import sys; sys.exit('bye')", "SystemExit", ("bye",)),
        ("raise KeyboardInterrupt", "KeyboardInterrupt", ()),
        ("raise GeneratorExit", "GeneratorExit", ()),
        ("assert False, 'mine'", "AssertionError", ("mine",)),
        ("raise Exception('own')", "Exception", ("own",)),
        ("class Own(Exception): pass\n    raise Own(1)", "Own", (1,)),
        ("class Own(BaseException): pass\n    raise Own(1)", "Own", (1,)),
        ("class Own(AssertionError): pass\n    raise Own(1)", "Own", (1,)),
        ("class CheckFailed(AssertionError): pass\n    raise CheckFailed()", "CheckFailed", ()),
        ("class Failed(Exception): pass\n    raise Failed(1)", "Failed", (1,)),
    ],
)
def test_everything_else_is_a_student_error(
    guest: Guest, raised: str, name: str, args: tuple[Any, ...]
) -> None:
    process = guest(f"def f():\n    {raised}\ndef g(): return 1")
    with pytest.raises(Raised) as caught:
        process.call("f")
    assert type(caught.value.error) is StudentError
    assert caught.value.error.args == (name, *args)
    assert caught.value.names[0] == name
    assert process.call("g") == 1


def test_a_group_of_exceptions_is_an_exception_like_another(
    guest: Guest,
) -> None:
    process = guest("def f(): raise ExceptionGroup('two', [ValueError(1), OSError(2)])")
    with pytest.raises(Raised) as caught:
        process.call("f")
    assert caught.value.names[0] == "ExceptionGroup"


def test_an_exception_whose_parts_fail_is_described_all_the_same(
    guest: Guest,
) -> None:
    process = guest(
        "class Spiteful(Exception):\n"
        "    errno = property(lambda self: 1 / 0)\n"
        "    args = property(lambda self: 1 / 0)\n"
        "    def __str__(self): return 1 / 0\n"
        "def f(): raise Spiteful\n"
        "def g(): return 1"
    )
    with pytest.raises(Raised) as caught:
        process.call("f")
    assert caught.value.names[0] == "Spiteful"
    assert process.call("g") == 1


def test_a_name_that_is_not_there_is_a_name_error(guest: Guest) -> None:
    with pytest.raises(Raised, match="^NameError: name 'nowhere' is not defined$"):
        guest("x = 1").call("nowhere")


def test_an_exception_names_the_innermost_line_of_a_cell(guest: Guest) -> None:
    process = guest("import json\ndef f():\n    g()\ndef g():\n    return json.loads('{')")
    with pytest.raises(Raised) as caught:
        process.call("f")
    assert caught.value.where == ("answer", 5)


# -- objects, callbacks, events ----------------------------------------------------------------

RECEIVER = """
class Receiver:
    def __init__(self, size):
        self.size, self.data, self.done = size, b"", False
    def feed(self, data, *, last=False):
        self.data += data
        self.done = last or len(self.data) >= self.size
        return self
    def __eq__(self, other): return True
    def __bool__(self): return True
    __hash__ = None
def pass_on(receiver): return receiver.data
"""


def test_an_object_stays_there_and_is_asked(guest: Guest) -> None:
    process = guest(RECEIVER)
    receiver = process.call("Receiver", 4)
    assert isinstance(receiver, Handle)
    assert (receiver.kind, receiver.type_name) == ("object", "Receiver")
    assert receiver.read("done") is False
    receiver.call("feed", b"ab")
    assert receiver.read("data") == b"ab"
    receiver.call("feed", b"c", last=True)
    assert receiver.read("done") is True
    assert process.call("pass_on", receiver) == b"abc"


def test_a_handle_that_is_taken_for_a_value_is_the_learners_failure(
    guest: Guest,
) -> None:
    receiver = guest(RECEIVER).call("Receiver", 4)
    for judge in (bool, lambda handle: handle == b"", lambda handle: handle != 1, hash):
        with pytest.raises(Failed) as caught:
            judge(receiver)
        assert caught.value.got == Text.of("<Receiver object>")


def test_a_missing_attribute_is_an_attribute_error(guest: Guest) -> None:
    receiver = guest(RECEIVER).call("Receiver", 4)
    for ask in (receiver.read, receiver.call):
        with pytest.raises(Raised) as caught:
            ask("nothing")
        assert type(caught.value.error) is AttributeError


def test_a_generator_is_resumed_step_by_step(guest: Guest) -> None:
    process = guest("def count(n):\n    got = yield n\n    yield got * 2")
    generator = process.call("count", 3)
    assert generator.kind == "generator"
    assert generator.call("__next__") == 3
    assert generator.call("send", 21) == 42
    with pytest.raises(Raised) as caught:
        generator.call("__next__")
    assert type(caught.value.error) is StopIteration


def test_a_function_that_is_returned_can_be_called(guest: Guest) -> None:
    function = guest("def adder(n): return lambda m: n + m").call("adder", 2)
    assert function.kind == "callable"
    assert function.call("__call__", 3) == 5


def test_an_async_function_is_run_to_its_end(guest: Guest) -> None:
    process = guest(
        "import asyncio\n"
        "async def f(n):\n"
        "    loop = asyncio.get_running_loop()\n"
        "    done = loop.create_future()\n"
        "    loop.call_soon(done.set_result, n + 1)\n"
        "    return await done\n"
        "async def g(): raise LookupError('inside')"
    )
    assert process.call("f", 1) == 2
    with pytest.raises(Raised, match="^LookupError: inside$"):
        process.call("g")


def test_a_callback_is_asked_and_answers(guest: Guest) -> None:
    process = guest("def f(ask): return [ask(n, b'x') for n in range(3)]")
    seen = []

    def ask(*args: Any) -> Any:
        seen.append(args)
        return args[0] * 10

    assert process.call("f", ask) == [0, 10, 20]
    assert seen == [(0, b"x"), (1, b"x"), (2, b"x")]


def test_a_callback_that_raises_raises_there(guest: Guest) -> None:
    process = guest(
        "def f(ask):\n"
        "    try:\n        ask()\n"
        "    except LookupError as error:\n        return type(error).__name__, error.args"
    )

    def ask() -> None:
        raise KeyError("none")

    assert process.call("f", ask) == ("KeyError", ("none",))


def test_a_callback_is_given_a_socket_that_the_learner_goes_on_using(
    guest: Guest, deadline_s: float
) -> None:
    process = guest(
        "import socket\n"
        "def f(handler):\n"
        "    ours, theirs = socket.socketpair()\n"
        "    with ours, theirs:\n"
        "        theirs.settimeout(3.5)\n"
        "        handler(theirs)\n"
        "        theirs.close()\n"
        "        return ours.recv(10), ours.recv(10)"
    )
    timeouts = []

    def handler(sock: socket.socket) -> None:
        with sock:
            timeouts.append(sock.gettimeout())
            sock.sendall(b"from here")

    assert process.start("f", handler).result(deadline_s) == (b"from here", b"")
    assert timeouts == [3.5]


def test_an_event_is_real_there_and_set_from_here(guest: Guest, deadline_s: float) -> None:
    process = guest(
        "import threading\n"
        "def f(stop):\n"
        "    assert isinstance(stop, threading.Event)\n"
        f"    return stop.is_set(), stop.wait({deadline_s}), stop.is_set()"
    )
    stop = process.event()
    call = process.start("f", stop)
    process.rest(call)
    stop.set()
    assert call.result(deadline_s) == (False, True, True)


def test_an_event_may_be_set_before_anyone_waits(guest: Guest) -> None:
    process = guest("def f(stop): return stop.wait(0)")
    stop = process.event()
    stop.set()
    assert process.call("f", stop) is True


# -- unclosed sockets --------------------------------------------------------------------------

LEAKS = """
import socket
def closes():
    with socket.socket(): pass
def leaks(n):
    for _ in range(n): socket.socket()
def leaks_in_a_cycle():
    sock = socket.socket()
    cycle = [sock]
    cycle.append(cycle)
def leaks_and_raises():
    sock = socket.socket()
    sock.connect(("127.0.0.1", "no port"))
def leaks_in_a_chain():
    try:
        leaks_and_raises()
    except TypeError as error:
        raise ValueError from error
def keeps(): return socket.socket()
kept = []
def keeps_there(): kept.append(socket.socket())
"""


def test_sockets_left_unclosed_are_counted_for_each_call(guest: Guest) -> None:
    process = guest(LEAKS)
    counts = {}
    for name, args in (("closes", ()), ("leaks", (3,)), ("leaks_in_a_cycle", ()), ("closes", ())):
        call = process.start(name, *args)
        call.result()
        counts[name] = call.unclosed
    assert counts == {"leaks": 3, "leaks_in_a_cycle": 1, "closes": 0}


@pytest.mark.parametrize("name", ["leaks_and_raises", "leaks_in_a_chain"])
def test_sockets_left_unclosed_are_counted_when_a_call_raises(guest: Guest, name: str) -> None:
    process = guest(LEAKS)
    call = process.start(name)
    with pytest.raises(Raised):
        call.result()
    assert call.unclosed == 1
    call = process.start("closes")
    call.result()
    assert call.unclosed == 0


def test_sockets_that_are_still_used_are_not_unclosed(guest: Guest) -> None:
    process = guest(LEAKS)
    call = process.start("keeps")
    with call.result():
        assert call.unclosed == 0
        assert process.sockets_kept() == 0  # it is ours now
    call = process.start("keeps_there")
    call.result()
    assert call.unclosed == 0
    assert process.sockets_kept() == 1


@pytest.mark.parametrize("hide", ["os.dup(socket.socket().detach())", "detached(socket.socket())"])
def test_sockets_that_python_has_lost_sight_of_are_kept(guest: Guest, hide: str) -> None:
    process = guest(
        "import os, socket\nat_load = socket.socket()\n"
        "def detached(sock): return sock.detach() and None\n"
        f"def f(given): {hide}; given.close()"
    )
    with socket.socket() as ours:
        call = process.start("f", ours)
        call.result()
    assert call.unclosed == 0
    assert process.sockets_kept() == 1


def test_switching_warnings_off_hides_no_socket(guest: Guest) -> None:
    process = guest(f"import warnings\nwarnings.simplefilter('ignore')\n{LEAKS}")
    call = process.start("leaks", 1)
    call.result()
    assert call.unclosed == 1


# -- calls that do not return ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("waits", "line"),
    [
        ("while True: pass", 4),
        ("pair = socket.socketpair()\n    pair[0].recv(1)", 5),
        ("threading.Event().wait()", 4),
        ("inner()", 8),
        ("asyncio.run(sleeps())", 4),
    ],
)
def test_a_call_that_hangs_names_its_line(guest: Guest, waits: str, line: int) -> None:
    filler = "\n" * (2 - waits.count("\n"))
    process = guest(
        f"import asyncio, socket, threading\n\ndef f():\n    {waits}\n{filler}"
        "def inner():\n    while True: pass\n"
        "async def sleeps():\n    await asyncio.Event().wait()\n"
    )
    with pytest.raises(Hang, match=rf"^no return after {HANG_S} s$") as caught:
        process.start("f").result(HANG_S)
    assert caught.value.standing.where == ("answer", line)
    assert caught.value.standing.spins == ("while" in waits or "inner" in waits)
    assert children() == set()
    with pytest.raises(Gone):
        process.call("f")


def test_a_call_that_cannot_be_asked_where_it_is_hangs_all_the_same(
    guest: Guest,
) -> None:
    process = guest("import re\ndef f(): re.match('(a*)*b', 'a' * 40)")  # never lets go of the GIL
    with pytest.raises(Hang) as caught:
        process.start("f").result(HANG_S)
    assert caught.value.standing == Standing()


def test_a_process_that_is_halted_stands_still_and_then_goes_on(guest: Guest) -> None:
    process = guest("def f(event): return event.wait(60)")
    event = process.event()
    call = process.start("f", event)
    with process.halted():
        event.set()
        assert all(stands_still(pid) for pid, _, _ in process.tasks())
        assert call.reply is None
    assert call.result()
    assert not any(stands_still(pid) for pid, _, _ in process.tasks())


def test_a_stubborn_call_is_ended(guest: Guest) -> None:
    process = guest(
        "import signal\n"
        "def f():\n"
        "    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):\n"
        "        signal.signal(number, signal.SIG_IGN)\n"
        "    while True:\n"
        "        try:\n            while True: pass\n"
        "        except BaseException: pass"
    )
    with pytest.raises(Hang):
        process.start("f").result(HANG_S)
    assert children() == set()


@pytest.mark.parametrize(
    "ends",
    [
        "os._exit(0)",
        "os.kill(os.getpid(), 9)",
        "os.abort()",
        "ctypes.string_at(0)",
    ],
)
def test_a_process_that_ends_is_gone(guest: Guest, ends: str) -> None:
    process = guest(
        "import ctypes, faulthandler, os, resource\n"
        "faulthandler.disable()\n"
        "resource.setrlimit(resource.RLIMIT_CORE, (0, 0))\n"
        f"def f(): {ends}"
    )
    with pytest.raises(Gone):
        process.call("f")
    assert children() == set()


def test_a_call_that_closes_every_descriptor_is_ended(guest: Guest) -> None:
    process = guest("import os\ndef f(): os.closerange(0, 4096)")
    with pytest.raises((Gone, Hang)):
        process.start("f").result(HANG_S)
    assert children() == set()


def test_a_cell_that_ends_the_process_while_loading_is_named() -> None:
    cells = (LoadCell("good", "x = 1", True), LoadCell("bad", "import os\nos._exit(0)", True))
    with pytest.raises(Unloadable, match="^bad ended its process$") as caught:
        fork().load(cells, ())
    assert caught.value.label == "bad"


def test_a_cell_that_hangs_while_loading_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.learner.copies.LOAD_S", HANG_S)
    with pytest.raises(Unloadable, match=f"^bad was still running after {HANG_S} s$"):
        fork().load((LoadCell("bad", "while True: pass", True),), ())


# -- what a call may do besides ----------------------------------------------------------------


def test_a_child_that_the_learner_forks_cannot_answer(guest: Guest) -> None:
    process = guest("import os\ndef f(): return os.fork() == 0\ndef g(): return os.getpid()")
    assert process.call("f") is False
    assert process.call("g") == process.call("g")


@pytest.mark.parametrize(
    "starts",
    [
        "if os.fork() == 0:\n        while True: pass",
        "subprocess.Popen(['cat'], stdin=subprocess.PIPE, pass_fds=[sock.fileno()])",
        "subprocess.Popen(['sleep', '999'], pass_fds=[sock.fileno()], start_new_session=True)",
        "if os.fork() == 0:\n        os.setsid()\n        if os.fork() == 0:\n"
        "            while True: pass\n        os._exit(0)\n    os.wait()",
    ],
    ids=["a fork", "a program", "a program in a session of its own", "a daemon"],
)
def test_what_the_learner_starts_ends_with_the_guest(
    guest: Guest, deadline_s: float, starts: str
) -> None:
    process = guest(f"import os, subprocess\ndef f(sock):\n    {starts}")
    ours, theirs = socket.socketpair()
    with ours, theirs:
        process.call("f", theirs)
        theirs.close()
        process.kill()
        ours.settimeout(deadline_s)
        assert ours.recv(1) == b""  # every copy of theirs is closed: nobody is left


def test_two_calls_run_at_once(guest: Guest, deadline_s: float) -> None:
    process = guest(
        "import queue\n"
        "box = queue.Queue()\n"
        f"def takes(): return box.get(timeout={deadline_s})\n"
        "def puts(value): box.put(value)"
    )
    taking = process.start("takes")
    process.call("puts", b"through")
    assert taking.result(deadline_s) == b"through"


def test_answers_find_the_calls_that_they_belong_to(guest: Guest, deadline_s: float) -> None:
    process = guest(
        "import threading\n"
        "gates = [threading.Event() for _ in range(3)]\n"
        "def waits(n):\n"
        f"    gates[n].wait({deadline_s})\n    return n\n"
        "def opens(n): gates[n].set()"
    )
    calls = [process.start("waits", number) for number in range(3)]
    for number in (2, 0, 1):
        process.call("opens", number)
        assert calls[number].result(deadline_s) == number


def test_a_call_may_set_signal_handlers(guest: Guest) -> None:
    process = guest(
        "import os, signal, threading\n"
        "def f():\n"
        "    seen = []\n"
        "    signal.signal(signal.SIGALRM, lambda number, frame: seen.append(number))\n"
        "    os.kill(os.getpid(), signal.SIGALRM)\n"
        "    return seen, threading.current_thread() is threading.main_thread()"
    )
    for _ in range(3):
        assert process.call("f") == ([signal.SIGALRM], True)


def test_a_thread_that_never_ends_disturbs_no_call(guest: Guest) -> None:
    process = guest(
        "import threading\n"
        "def f():\n"
        "    threading.Thread(target=threading.Event().wait).start()\n"
        "    return threading.active_count()"
    )
    assert process.call("f") < process.call("f")


def test_nothing_that_a_call_does_reaches_this_process(guest: Guest) -> None:
    here, folder = os.environ.get("HOME"), os.getcwd()
    process = guest(
        "import os, sys\n"
        "def f():\n    os.chdir('/'); os.environ['HOME'] = 'gone'; sys.modules['socket'] = None"
    )
    process.call("f")
    assert (os.environ.get("HOME"), os.getcwd()) == (here, folder)
    socket.socket().close()


@pytest.mark.parametrize("helper", ["netlib.serving", "netlib.faults", "autograder.rules.ch04"])
def test_the_courses_helpers_are_not_there(guest: Guest, helper: str) -> None:
    process = guest(f"def f():\n    import {helper}")
    with pytest.raises(Raised, match="write that part yourself") as caught:
        process.call("f")
    assert type(caught.value.error) is ModuleNotFoundError


def test_the_courses_exceptions_are_there(guest: Guest) -> None:
    process = guest("from netlib.errors import Truncated\ndef f(): raise Truncated('cut')")
    with pytest.raises(Raised) as caught:
        process.call("f")
    assert type(caught.value.error).__module__ == "netlib.errors"


def test_thirty_guests_leave_nothing(guest: Guest) -> None:
    for number in range(30):
        process = guest(f"def f(): return {number}")
        assert process.call("f") == number
        process.kill()
