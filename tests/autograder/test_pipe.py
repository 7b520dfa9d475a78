"""Messages between judge and guest: whole, in pieces, too late, too long, or no messages at all."""

import contextlib
import json
import os
import socket
import struct
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from autograder.guest.pipe import MAX_DESCRIPTORS, MAX_FRAME, Pipe, PipeError, close_all


@pytest.fixture
def ends() -> Iterator[tuple[Pipe, socket.socket]]:
    """A pipe, and the bare socket at its other end."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield Pipe(ours), theirs


def framed(body: bytes) -> bytes:
    return struct.pack("!I", len(body)) + body


def soon(deadline_s: float) -> float:
    return time.monotonic() + deadline_s


def open_descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


MESSAGES: list[tuple[bytes, dict[str, Any]]] = [
    (b"{}", {}),
    (b'{"id":1,"value":null}', {"id": 1, "value": None}),
    (b'{"text":"\xe4\xbd\xa0"}', {"text": "你"}),
    (b' {"list": [1, 2.5, true, {"a": []}]}\n', {"list": [1, 2.5, True, {"a": []}]}),
]


@pytest.mark.parametrize(("body", "message"), MESSAGES)
def test_a_message_is_received_whole(
    ends: tuple[Pipe, socket.socket], deadline_s: float, body: bytes, message: dict[str, Any]
) -> None:
    pipe, peer = ends
    peer.sendall(framed(body) + framed(b'{"next":1}'))
    assert pipe.receive(soon(deadline_s)) == (message, [])
    assert pipe.receive(soon(deadline_s)) == ({"next": 1}, [])


@pytest.mark.parametrize(("body", "message"), MESSAGES)
def test_a_message_is_received_byte_by_byte(
    ends: tuple[Pipe, socket.socket], deadline_s: float, body: bytes, message: dict[str, Any]
) -> None:
    pipe, peer = ends
    taken = threading.Semaphore(0)
    read = pipe._read

    def read_and_tell(count: int, descriptors: list[int]) -> bytes:
        data = read(count, descriptors)
        taken.release()
        return data

    def send() -> None:
        for byte in framed(body):
            peer.sendall(bytes([byte]))
            assert taken.acquire(timeout=deadline_s)

    pipe._read = read_and_tell  # type: ignore[method-assign]
    sender = threading.Thread(target=send)
    sender.start()
    assert pipe.receive(soon(deadline_s)) == (message, [])
    sender.join()


def test_a_message_goes_out_as_its_length_and_its_json(ends: tuple[Pipe, socket.socket]) -> None:
    pipe, peer = ends
    pipe.send({"op": "call", "text": "你"})
    data = peer.recv(4096)
    assert data[:4] == struct.pack("!I", len(data) - 4)
    assert json.loads(data[4:]) == {"op": "call", "text": "你"}


def test_the_longest_message_crosses(ends: tuple[Pipe, socket.socket], deadline_s: float) -> None:
    pipe, peer = ends
    message = {"a": "x" * (MAX_FRAME - len('{"a":""}'))}
    sender = threading.Thread(target=Pipe(peer).send, args=(message,))
    sender.start()
    assert pipe.receive(soon(deadline_s)) == (message, [])
    sender.join()


def test_a_longer_message_is_not_sent(ends: tuple[Pipe, socket.socket]) -> None:
    pipe, peer = ends
    message = {"a": "x" * (MAX_FRAME - len('{"a":""}') + 1)}
    over = f"^a message of {MAX_FRAME + 1} bytes is over the limit of {MAX_FRAME}$"
    with pytest.raises(PipeError, match=over):
        pipe.send(message)
    peer.setblocking(False)
    with pytest.raises(BlockingIOError):
        peer.recv(1)


def test_a_longer_message_is_refused_at_its_length(
    ends: tuple[Pipe, socket.socket], deadline_s: float
) -> None:
    pipe, peer = ends
    peer.sendall(struct.pack("!I", MAX_FRAME + 1))
    with pytest.raises(PipeError, match=f"^a message of {MAX_FRAME + 1} bytes is over the limit"):
        pipe.receive(soon(deadline_s))


def test_silence_ends_at_the_deadline(ends: tuple[Pipe, socket.socket]) -> None:
    pipe, _ = ends
    began = time.monotonic()
    with pytest.raises(TimeoutError, match="^no whole message came in time$"):
        pipe.receive(began + 0.05)
    assert time.monotonic() >= began + 0.05


def test_a_message_that_drips_does_not_move_the_deadline(
    ends: tuple[Pipe, socket.socket], deadline_s: float
) -> None:
    pipe, peer = ends
    over = threading.Event()

    def drip() -> None:
        peer.sendall(struct.pack("!I", MAX_FRAME))
        while not over.wait(0.02):
            peer.sendall(b"x")

    sender = threading.Thread(target=drip)
    sender.start()
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        pipe.receive(began + 0.2)
    assert time.monotonic() - began < deadline_s / 4
    over.set()
    sender.join()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nonsense",
        b"\xff\xff",
        b'{"a":\xff}',
        b'{"a":NaN}',
        b'{"a":-Infinity}',
        b'{"a":1}{"b":2}',
        b'{"a":' + b"1" * 5000 + b"}",
        b'{"a":' * 50_000,
        b"[" * 100_000,
    ],
    ids=lambda body: ascii(body[:12]),
)
def test_what_is_not_json_is_no_message(
    ends: tuple[Pipe, socket.socket], deadline_s: float, body: bytes
) -> None:
    pipe, peer = ends
    sender = threading.Thread(target=peer.sendall, args=(framed(body),))
    sender.start()
    with pytest.raises(PipeError, match="^no message: "):
        pipe.receive(soon(deadline_s))
    sender.join()


@pytest.mark.parametrize("body", [b"[]", b"null", b"1", b'"text"', b"true"])
def test_json_that_is_no_object_is_no_message(
    ends: tuple[Pipe, socket.socket], deadline_s: float, body: bytes
) -> None:
    pipe, peer = ends
    peer.sendall(framed(body))
    with pytest.raises(PipeError, match="^a message is a JSON object$"):
        pipe.receive(soon(deadline_s))


def test_nothing_that_is_not_json_is_sent(ends: tuple[Pipe, socket.socket]) -> None:
    pipe, _ = ends
    with pytest.raises(TypeError):
        pipe.send({"a": object()})


@pytest.mark.parametrize("sent", [b"", b"\0", b"\0\0\0\x05", b"\0\0\0\x05{"])
def test_the_end_of_the_stream_is_named(
    ends: tuple[Pipe, socket.socket], deadline_s: float, sent: bytes
) -> None:
    pipe, peer = ends
    peer.sendall(sent)
    peer.close()
    with pytest.raises(PipeError, match="^the other side has ended$"):
        pipe.receive(soon(deadline_s))


def test_sending_to_a_peer_that_is_gone_is_an_error(ends: tuple[Pipe, socket.socket]) -> None:
    pipe, peer = ends
    peer.close()
    with pytest.raises(PipeError, match=r"^the other side is gone \(Broken pipe\)$"):
        pipe.send({})


def test_a_pipe_that_was_closed_says_so(ends: tuple[Pipe, socket.socket]) -> None:
    pipe, _ = ends
    pipe.close()
    for use in (lambda: pipe.send({}), pipe.receive):
        with pytest.raises(PipeError, match=r"^the other side is gone \(Bad file descriptor\)$"):
            use()


# -- descriptors ----------------------------------------------------------------------------------


def test_descriptors_cross_beside_their_message(
    ends: tuple[Pipe, socket.socket], deadline_s: float
) -> None:
    pipe, peer = ends
    reading, writing = os.pipe()
    Pipe(peer).send({"first": 1})
    Pipe(peer).send({"second": 2}, [writing])
    os.close(writing)
    assert pipe.receive(soon(deadline_s)) == ({"first": 1}, [])
    message, (arrived,) = pipe.receive(soon(deadline_s))
    assert message == {"second": 2}
    assert not os.get_inheritable(arrived)
    os.write(arrived, b"through")
    close_all([arrived])
    with open(reading, "rb") as file:
        assert file.read() == b"through"


@pytest.mark.parametrize("body", [b"nonsense", b"[]", b'{"cut'])
def test_descriptors_of_what_is_no_message_are_closed(
    ends: tuple[Pipe, socket.socket], deadline_s: float, body: bytes
) -> None:
    pipe, peer = ends
    before = open_descriptors()
    frame = framed(body)
    socket.send_fds(peer, [frame[:6]], [peer.fileno()] * 3)
    peer.sendall(frame[6:] if body != b'{"cut' else b"")
    peer.shutdown(socket.SHUT_WR)
    with pytest.raises(PipeError):
        pipe.receive(soon(deadline_s))
    assert open_descriptors() == before


def test_descriptors_of_a_message_that_never_ends_are_closed(
    ends: tuple[Pipe, socket.socket],
) -> None:
    pipe, peer = ends
    before = open_descriptors()
    socket.send_fds(peer, [struct.pack("!I", 9)], [peer.fileno()])
    with pytest.raises(TimeoutError):
        pipe.receive(time.monotonic() + 0.05)
    assert open_descriptors() == before


def test_too_many_descriptors_are_refused_and_closed(
    ends: tuple[Pipe, socket.socket], deadline_s: float
) -> None:
    pipe, peer = ends
    before = open_descriptors()
    frame = framed(b'{"a":1}')
    for part in (frame[:3], frame[3:6], frame[6:]):
        socket.send_fds(peer, [part], [peer.fileno()] * MAX_DESCRIPTORS)
    with pytest.raises(PipeError, match=f"^more than {MAX_DESCRIPTORS} descriptors came"):
        pipe.receive(soon(deadline_s))
    assert open_descriptors() == before


def test_two_threads_may_send_at_once(ends: tuple[Pipe, socket.socket], deadline_s: float) -> None:
    pipe, peer = ends
    sending = Pipe(peer)
    texts = ["a" * 100_000, "b" * 100_000]

    def send(text: str) -> None:
        for _ in range(5):
            sending.send({"text": text})

    threads = [threading.Thread(target=send, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    came = [pipe.receive(soon(deadline_s))[0]["text"] for _ in range(10)]
    for thread in threads:
        thread.join()
    assert sorted(came) == sorted(texts * 5)


def test_a_pipe_works_above_the_descriptors_that_select_knows(
    ends: tuple[Pipe, socket.socket], deadline_s: float
) -> None:
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 1200:
        pytest.skip(f"this machine allows a process {hard} descriptors")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 1200), hard))
    with contextlib.ExitStack() as stack:
        stack.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        high = os.dup2(ends[0].fileno(), 1100)
        pipe = Pipe(stack.enter_context(socket.socket(fileno=high)))
        ends[1].sendall(framed(b"{}"))
        assert pipe.receive(soon(deadline_s)) == ({}, [])
