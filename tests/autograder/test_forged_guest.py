"""A guest that lies: the judge's side of the pipe against whatever may be written to it.

Nothing runs behind these pipes but the test. Whatever comes, the judge's side must find a
value, an exception, a hang or an end, in less than a second of processor time, and must give
every descriptor back.
"""

import json
import os
import select
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.guest.loading import LoadCell
from autograder.guest.pipe import MAX_FRAME, Pipe, PipeError
from autograder.guest.values import MAX_DEPTH, MAX_KEYS
from autograder.learner.calls import Call
from autograder.learner.copies import Original
from autograder.text.observed import Gone, Hang, Raised, Unloadable
from autograder.text.story import Failed

CPU_S = 1.0
PRIME = 2**61 - 1  # Python's hash of an int is its remainder
CELLS = (LoadCell("first", "x = 1", True), LoadCell("second", "y = 2", True))

quickly = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Forged:
    """A process whose guest is this test: a call under way, and the other end of its pipe."""

    def __init__(self, theirs: socket.socket, process: Original) -> None:
        self.theirs, self.process = theirs, process
        self.heard: list[Any] = []

    def call(self) -> Call:
        """Begin a call that may use a callback; its id is 1, the callback's 2."""
        return self.process.start("f", self.heard.append)

    def write(self, data: bytes, kinds: tuple[str, ...] = ()) -> None:
        """Write bytes with descriptors of these kinds beside them, then end."""
        with ExitStack() as stack, suppress(OSError):  # the judge's side may have hung up
            descriptors = [_descriptor(kind, stack) for kind in kinds]
            if descriptors:
                data = data[socket.send_fds(self.theirs, [data], descriptors) :]
            self.theirs.sendall(data)
            self.theirs.shutdown(socket.SHUT_WR)


def _descriptor(kind: str, stack: ExitStack) -> int:
    """Open something to send; stack closes our copy of it."""
    match kind:
        case "udp" | "tcp" | "unix":
            family = socket.AF_UNIX if kind == "unix" else socket.AF_INET
            type_ = socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM
            return stack.enter_context(socket.socket(family, type_)).fileno()
        case "pipe":
            ends = os.pipe()
            for end in ends:
                stack.callback(os.close, end)
            return ends[0]
        case "epoll":
            return stack.enter_context(select.epoll()).fileno()
    descriptor = os.open("/", os.O_RDONLY)
    stack.callback(os.close, descriptor)
    return descriptor


KINDS = ("udp", "tcp", "unix", "pipe", "epoll", "folder")


@contextmanager
def forged() -> Iterator[Forged]:
    """A forged guest. On exit nothing may be left open, and no time may have been wasted."""
    before, began = len(os.listdir("/proc/self/fd")), time.process_time()
    ours, theirs = socket.socketpair()
    process = Original(Pipe(ours), kill=lambda: None)
    with theirs:
        yield Forged(theirs, process)
    process.kill()
    assert time.process_time() - began < CPU_S
    assert len(os.listdir("/proc/self/fd")) == before


def ending(call: Call) -> str:
    """Return how a call ended, in a word; fail if it ended in a way that rules do not know."""
    try:
        call.result(within=0.2)
    except (Gone, Raised, Hang, Failed) as error:
        return type(error).__name__
    return "value"


def framed(message: Any) -> bytes:
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    return struct.pack("!I", len(body)) + body


def reply(value: Any = None, **changed: Any) -> dict[str, Any]:
    return {"id": 1, "value": value, "unclosed": 0, "closed": [], **changed}


def raised(**changed: Any) -> dict[str, Any]:
    what = {"mro": ["ValueError"], "errno": None, "args": {"tuple": []}, "where": None}
    return reply(raised=what | changed)


# -- anything ----------------------------------------------------------------------------------

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
numbers = st.integers(-3, 20) | st.integers() | st.floats()
TAGS = ("int", "float", "bytes", "bytearray", "list", "tuple", "set", "frozenset", "dict")


def tagged(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Values as the guest writes them, right and wrong."""
    lists = st.lists(inner, max_size=5)
    pairs = st.lists(st.lists(inner, min_size=1, max_size=3), max_size=4)
    texts = st.text("0123456789abcdef-+._eENn=", max_size=12)
    return st.one_of(
        st.builds(lambda tag, held: {tag: held}, st.sampled_from(TAGS), lists | pairs | texts),
        st.builds(lambda i, t: {"socket": i, "timeout": t}, numbers, scalars),
        st.builds(lambda n, k: {"handle": n, "kind": k, "type": k}, numbers, st.text(max_size=9)),
        st.builds(
            lambda kind, fields: {"record": "R", "kind": kind, "fields": fields},
            st.sampled_from(["tuple", "enum", "path", "dataclass", 0]),
            st.dictionaries(st.text(max_size=3), inner, max_size=3),
        ),
        st.dictionaries(st.text(max_size=9), inner, max_size=3),
    )


anything = st.recursive(scalars, tagged, max_leaves=20)
names = st.lists(
    st.sampled_from(["OSError", "UnicodeDecodeError", "KeyError", "SystemExit", "__doc__"])
    | st.text(max_size=9),
    max_size=4,
)
replies = st.one_of(
    st.builds(reply, anything),
    st.builds(lambda u, c: reply(unclosed=u, closed=c), anything, anything),
    st.builds(
        lambda mro, args, number, where: raised(mro=mro, args=args, errno=number, where=where),
        names | anything,
        anything,
        anything,
        st.tuples(st.text(max_size=5), numbers) | anything,
    ),
    st.builds(
        lambda n, i, args: {"callback": n, "id": i, "args": args},
        st.just(2) | anything,
        anything,
        st.lists(anything, max_size=3) | anything,
    ),
    st.builds(lambda key, value: {key: value}, st.sampled_from(["loading", "rested"]), anything),
    anything,
)
beside = st.lists(st.sampled_from(KINDS), max_size=18).map(tuple)


@quickly
@given(st.binary(max_size=200) | st.binary(max_size=60).map(framed))
def test_any_bytes_are_an_end_of_the_guest(data: bytes) -> None:
    with forged() as guest:
        call = guest.call()
        guest.write(data)
        assert ending(call) == "Gone"


@quickly
@given(st.lists(replies, min_size=1, max_size=4), beside)
def test_any_messages_are_a_value_or_a_failure(
    messages: list[Any], descriptors: tuple[str, ...]
) -> None:
    with forged() as guest:
        call = guest.call()
        guest.write(b"".join(map(framed, messages)), descriptors)
        ending(call)


@quickly
@given(st.lists(replies, max_size=4), beside)
def test_any_messages_while_cells_load_blame_one_of_the_cells(
    messages: list[Any], descriptors: tuple[str, ...]
) -> None:
    with forged() as guest:
        guest.write(b"".join(map(framed, messages)), descriptors)
        blamed = "first"
        try:
            guest.process.load(CELLS, ("f",))
        except Unloadable as error:
            blamed = error.label
        assert blamed in ("first", "second")


@quickly
@given(st.lists(replies, max_size=4), beside)
def test_any_messages_where_a_rule_waits_for_rest_are_an_end_or_nothing(
    messages: list[Any], descriptors: tuple[str, ...]
) -> None:
    with forged() as guest:
        call = guest.call()
        guest.write(b"".join(map(framed, messages)), descriptors)
        with suppress(Gone, Failed):
            guest.process.rest(call)


# -- what costs ----------------------------------------------------------------------------------


def _int(number: int) -> dict[str, str]:
    return {"int": format(number, "x")}


def _colliding(inner: str) -> list[Any]:
    """Keys with one hash, as large as fit: each is compared with all before it."""
    large = 1 << 1400
    keys = [_int((large + number) * PRIME + 7) for number in range(MAX_KEYS - 200)]
    return [{inner: [key]} for key in keys] if inner else keys


EXPENSIVE: dict[str, Any] = {
    "colliding ints": {"set": _colliding("")},
    "colliding tuples": {"set": _colliding("tuple")},
    "colliding keys": {"dict": [[key, None] for key in _colliding("")]},
    "long numbers": {"list": [{"int": "f" * 3500}] * 580},
    "long floats": {"list": [{"float": "1e" + "9" * 30}] * 19_000},
    "many lists": [[]] * 600_000,
    "many objects": [{}] * 600_000,
    "a long text": "x" * 2_000_000,
    "bytes that are none": {"bytes": "=" * 2_000_000},
}


@pytest.mark.parametrize("value", EXPENSIVE.values(), ids=EXPENSIVE.keys())
@pytest.mark.parametrize("where", ["value", "unclosed", "closed", "args", "mro"])
def test_no_reply_is_expensive(value: Any, where: str) -> None:
    message = raised(**{where: value}) if where in ("args", "mro") else reply(**{where: value})
    with forged() as guest:
        call = guest.call()
        writer = threading.Thread(target=guest.write, args=(framed(message),))
        writer.start()
        assert ending(call) in ("value", "Raised", "Gone")
        guest.process.kill()
        writer.join()


@pytest.mark.parametrize("body", [b"[" * MAX_FRAME, b'{"a":' * 300_000, b"1" * MAX_FRAME])
def test_what_json_cannot_read_is_an_end(body: bytes) -> None:
    with forged() as guest:
        call = guest.call()
        writer = threading.Thread(target=guest.write, args=(framed(body),))
        writer.start()
        assert ending(call) == "Gone"
        writer.join()


def test_a_value_deeper_than_may_cross_is_unreadable() -> None:
    value: Any = {"tuple": []}
    for _ in range(MAX_DEPTH + 1):
        value = {"tuple": [value]}
    with forged() as guest:
        call = guest.call()
        guest.write(framed(reply(value)))
        with pytest.raises(Gone) as caught:
            call.result(0.2)
        assert caught.value.unreadable


def test_a_flood_of_messages_ends_with_the_time_of_the_call(deadline_s: float) -> None:
    with forged() as guest:
        guest.process.start("g")
        call = guest.call()
        end = threading.Event()

        def flood() -> None:
            with suppress(OSError):
                while not end.is_set():
                    guest.theirs.sendall(framed({"callback": 3, "id": 0, "args": []}) * 100)

        reader = threading.Thread(target=lambda: _read_all(guest.theirs))
        writer = threading.Thread(target=flood)
        reader.start(), writer.start()
        began = time.monotonic()
        assert ending(call) in ("Hang", "Gone")
        assert time.monotonic() - began < 2
        end.set()
        guest.process.kill()
        reader.join(deadline_s), writer.join(deadline_s)


def _read_all(sock: socket.socket) -> None:
    with suppress(OSError):
        while sock.recv(1 << 16):
            pass


# -- descriptors ---------------------------------------------------------------------------------

TAKE = {f"{n}": {"socket": n, "timeout": None} for n in (0, 1, -1, True)}


@pytest.mark.parametrize(
    ("indices", "ends"),
    [
        (("0", "1"), "value"),
        (("0", "0"), "Gone"),
        (("0", "1", "0"), "Gone"),
        (("-1",), "Gone"),
        (("True", "1"), "Gone"),
    ],
)
def test_a_descriptor_is_taken_once(indices: tuple[str, ...], ends: str) -> None:
    with forged() as guest:
        call = guest.call()
        guest.write(framed(reply({"list": [TAKE[index] for index in indices]})), ("udp", "udp"))
        assert ending(call) == ends


@pytest.mark.parametrize("kind", ["pipe", "epoll", "folder"])
def test_a_descriptor_that_is_no_socket_is_no_value(kind: str) -> None:
    with forged() as guest:
        call = guest.call()
        guest.write(framed(reply(TAKE["0"])), (kind,))
        assert ending(call) == "Gone"


def test_descriptors_beside_a_callback_that_takes_none_are_closed() -> None:
    with forged() as guest:
        call = guest.call()
        asks = framed({"callback": 2, "id": 5, "args": []})
        guest.write(asks + framed(reply({"int": "1"})), KINDS)
        assert ending(call) in ("value", "Gone")


def lingering(seconds: int) -> socket.socket:
    """Return a connected TCP socket whose last close waits, because nobody reads its data."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        sock = socket.create_connection(listener.getsockname())
        peer, _ = listener.accept()
    KEPT.append(peer)
    sock.setblocking(False)
    with suppress(BlockingIOError):
        while True:
            sock.send(bytes(1 << 16))
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, seconds))
    return sock


KEPT: list[socket.socket] = []


@pytest.mark.parametrize("how", ["beside a reply", "in another socket", "never read", "as a value"])
def test_a_socket_that_lingers_does_not_hold_the_judge_up(how: str) -> None:
    ours, theirs = socket.socketpair()
    process = Original(Pipe(ours), kill=lambda: None)
    call = process.start("f")
    sock = lingering(5)
    unread, carrier = socket.socketpair()
    message = framed(reply(TAKE["0"] if how == "as a value" else None))
    if how == "in another socket":
        socket.send_fds(carrier, [b"x"], [sock.fileno()])
        socket.send_fds(theirs, [message], [unread.fileno()])
    elif how == "never read":
        theirs.sendall(message)
        socket.send_fds(theirs, [framed({})], [sock.fileno()])
    else:
        socket.send_fds(theirs, [message], [sock.fileno()])
    theirs.close(), unread.close(), carrier.close()
    ended = threading.Event()
    # Whoever closes last waits: this copy must be gone first, and from a thread, in case.
    threading.Thread(target=lambda: (sock.close(), ended.set()), daemon=True).start()
    ended.wait(1)
    began = time.monotonic()
    assert ending(call) in ("value", "Gone")
    process.kill()
    assert time.monotonic() - began < 2
    while KEPT:
        KEPT.pop().close()  # the end of its peer ends the waiting, too


# -- sending ---------------------------------------------------------------------------------------


def test_a_guest_that_never_reads_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.learner.process.CALL_S", 0.1)
    with forged() as guest:
        began = time.monotonic()
        with pytest.raises(Gone, match="^the other side does not read$"):
            for _ in range(10):
                guest.process.start("f", bytes(200_000))
        assert time.monotonic() - began < 2


def test_a_pipe_waits_for_its_reader_no_longer_than_asked() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, pytest.raises(PipeError, match="^the other side does not read$"):
        Pipe(ours).send({"text": "x" * 1_000_000}, deadline=time.monotonic() + 0.05)


def test_the_longest_cell_is_blamed_where_the_cells_are_too_long_to_send() -> None:
    cells = (*CELLS, LoadCell("long", "#" + "你" * (MAX_FRAME // 6), True))
    with forged() as guest, pytest.raises(Unloadable, match="^long is too long to be run here$"):
        guest.process.load(cells, ())


# -- texts that a report shows -----------------------------------------------------------------


def test_names_that_a_guest_chose_are_printable() -> None:
    spite = "\ud800\x1b[31m\n<b>"
    with forged() as guest:
        call = guest.call()
        guest.write(framed(raised(mro=[spite], where=["first", 10**4000])))
        with pytest.raises(Raised) as caught:
            call.result(0.2)
        assert caught.value.names == ("\\ud800\\x1b[31m\\n<b>",)
        assert caught.value.where is None
    with forged() as guest:
        call = guest.call()
        guest.write(framed(reply({"handle": 1, "kind": spite, "type": spite})))
        assert repr(call.result(0.2)).isprintable()


def test_the_machine_is_left_as_it_was() -> None:
    """The last test here: no child and no descriptor has been left by all of them."""
    assert Path("/proc/thread-self/children").read_text() == ""
