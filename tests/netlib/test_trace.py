import dataclasses
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from netlib.ladder import text
from netlib.pcapng import RAW, Packet, read
from netlib.trace import Address, Event, Fate, Message, Note, Step, Trace, summary
from netlib.trace.packets import packets

CLIENT, SERVER = ("127.0.0.1", 40_000), ("127.0.0.1", 8080)


@pytest.mark.parametrize(
    ("data", "label"),
    [
        (b"", "0 B"),
        (b"hello", "5 B: hello"),
        ("你好".encode(), "6 B: 你好"),
        ("你好".encode("gbk"), "4 B: c4 e3 ba c3"),
        (b"\x00", "1 B: 00"),
        (b"a\nb", "3 B: 61 0a 62"),
        (b"x" * 37, "37 B: " + "78 " * 12 + "…"),
        (bytes(65_507), "65507 B: " + "00 " * 12 + "…"),
    ],
)
def test_a_summary_is_the_size_then_text_or_hex(data: bytes, label: str) -> None:
    assert summary(data) == label


def test_messages_are_values() -> None:
    assert Message("a", "b", "hi", b"hi") == Message("a", "b", "hi", b"hi", "delivered", 0.0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        Note("a", "x").text = "y"  # type: ignore[misc]


def test_the_repr_of_a_message_does_not_dump_its_bytes() -> None:
    assert len(repr(Message("a", "b", "big", bytes(65_507)))) < 100


# ---------------------------------------------------------------- the recording


def letters(count: int) -> list[Event]:
    return [Message("a", "b", str(number), b"12345") for number in range(count)]


def test_a_trace_reads_like_a_list_of_what_was_recorded() -> None:
    events = letters(3)
    trace = Trace(events)
    assert list(trace) == events
    assert (len(trace), trace[0], trace[-1], trace[1:]) == (3, events[0], events[2], events[1:])
    assert trace == Trace(events)
    assert trace != Trace(events[:2])
    assert trace.endpoints == ("a", "b")
    assert repr(trace) == "<Trace of 3 events>"
    assert len(text(trace, trace.endpoints)) == 4


@pytest.mark.parametrize("caps", [{"most": 2}, {"most_bytes": 14}])
def test_over_its_cap_a_trace_is_folded_and_says_how_much(caps: dict[str, int]) -> None:
    trace = Trace(letters(2), **caps)
    assert list(trace) == letters(2)
    assert trace.record(Message("a", "b", "big", bytes(1_234_567))) is None
    assert trace.record(Note("a", "small enough, but later")) is None
    assert list(trace) == [*letters(2), Note("b", "… 2 more, 1,234,567 B, not recorded")]
    assert (len(trace), trace.unrecorded, trace.unrecorded_bytes) == (3, 2, 1_234_567)
    assert repr(trace) == "<Trace of 2 events, 2 more not recorded>"
    assert "not recorded" in text(trace, trace.endpoints)[-1]


def test_what_turned_out_otherwise_is_amended() -> None:
    trace = Trace(letters(2))
    trace.amend(1, fate="lost")
    assert [event.fate for event in trace if isinstance(event, Message)] == ["delivered", "lost"]


def test_a_trace_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match="^expected room for 1 event and 0 bytes; got 0, 0$"):
        Trace(most=0, most_bytes=0)


# ---------------------------------------------------------------- as packets


def stream(
    data: bytes = b"", step: Step = "data", reply: bool = False, fate: Fate = "delivered"
) -> Message:
    ends = ("server", "client") if reply else ("client", "server")
    wire: tuple[Address, Address] = (SERVER, CLIENT) if reply else (CLIENT, SERVER)
    return Message(*ends, "", data, fate, step=step, source=wire[0], destination=wire[1])


CONVERSATION = [
    stream(step="open"),
    stream(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    Note("server", "stall 27"),
    stream(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", reply=True),
    stream(b"x" * 100_000, reply=True),
    stream(step="end", reply=True),
    stream(step="end"),
]


@pytest.fixture
def tshark(tmp_path: Path) -> Callable[..., str]:
    """Save events and return what tshark says of the file."""
    program = shutil.which("tshark")
    if program is None:
        pytest.skip("there is no tshark here: install it to see it read our traces")
    checks = [f"-o{name}.check_checksum:TRUE" for name in ("ip", "udp", "tcp")]

    def run(events: list[Event], *arguments: str) -> str:
        path = tmp_path / "trace.pcapng"
        Trace(events).save(path)
        command = [program, "-r", str(path), *checks, *arguments]
        return subprocess.run(command, capture_output=True, check=True, text=True).stdout

    return run


def complaints(tshark: Callable[..., str], events: list[Event]) -> list[str]:
    """Return everything in a trace that tshark thinks is wrong or odd."""
    said = tshark(events, "-q", "-z", "expert,note").splitlines()
    table = [line.split(maxsplit=3) for line in said]
    known = "This frame initiates the connection closing", "This frame undergoes"
    found = [
        row[3]
        for row in table
        if len(row) == 4 and row[0].isdigit() and row[1] not in ("Comment", "Assumption")
    ]
    return [line for line in found if not line.startswith(known)]


peer = pytest.mark.peer


@peer
def test_tshark_follows_a_stream_and_finds_nothing_wrong(tshark: Callable[..., str]) -> None:
    assert complaints(tshark, CONVERSATION) == []
    raw = tshark(CONVERSATION, "-q", "-z", "follow,tcp,raw,0")
    lines = raw.partition("Node 1: 127.0.0.1:8080\n")[2].splitlines()
    sent = [bytes.fromhex(line) for line in lines if not line.startswith(("\t", "="))]
    back = [bytes.fromhex(line) for line in lines if line.startswith("\t")]
    assert sent == [b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"]
    assert b"".join(back) == b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b"x" * 100_000
    fields = tshark(CONVERSATION, "-Y", "http", "-T", "fields", "-e", "http.request.method")
    assert "GET" in fields
    assert "server: stall 27" in tshark(CONVERSATION, "-T", "fields", "-e", "frame.comment")


@peer
def test_every_checksum_is_right(tshark: Callable[..., str]) -> None:
    six = [Message("a", "b", "", b"\xff" * 3, source=("::1", 1), destination=("::1", 2))]
    events = [*CONVERSATION, Message("a", "b", "", bytes(65_507)), *six]
    for name in ("ip", "udp", "tcp"):
        status = tshark(events, "-Y", name, "-T", "fields", "-e", f"{name}.checksum.status")
        assert set(status.split()) == {"1"}, name


@peer
def test_a_packet_says_what_the_network_did_to_it(tshark: Callable[..., str]) -> None:
    fates: list[Fate] = [
        "delivered", "lost", "duplicate", "late", "truncated", "corrupted", "forged",
    ]  # fmt: skip
    events: list[Event] = [Message("a", "b", "", fate.encode(), fate) for fate in fates]
    events.append(Message("a", "b", "", b"x", faults="delay 1 5ms"))
    events.append(Message("a", "b", "", b"x", "lost", faults="lose 9"))
    shown: list[dict[str, Any]] = json.loads(tshark(events, "-T", "json"))
    layers = [packet["_source"]["layers"] for packet in shown]
    comments = [layer.get("pkt_comment", {}).get("frame.comment", "") for layer in layers]
    assert comments == [
        "",
        "lost: it never arrived",
        "duplicate: the network delivered it once more",
        "late: one that was sent afterwards arrived first",
        "truncated: the network cut off its end",
        "corrupted: the network changed its bytes",
        "forged: the network made it up, no endpoint sent it",
        "delay 1 5ms",
        "lost: it never arrived (lose 9)",
    ]
    payloads = [bytes.fromhex(layer["udp"]["udp.payload"].replace(":", "")) for layer in layers]
    assert payloads == [*(fate.encode() for fate in fates), b"x", b"x"]
    assert complaints(tshark, events) == []
    assert {layer["ip"]["ip.src"] for layer in layers} == {"192.0.2.1"}
    assert {layer["ip"]["ip.dst"] for layer in layers} == {"192.0.2.2"}


@peer
def test_resets_reused_ports_and_half_recordings_make_sense(tshark: Callable[..., str]) -> None:
    reset = [
        stream(step="open"),
        stream(b"hello"),
        stream(step="reset", reply=True, fate="forged"),
    ]
    assert complaints(tshark, reset) == ["Connection reset (RST)"]
    again = complaints(tshark, [*CONVERSATION, *CONVERSATION])
    assert again == [
        "A new tcp session is started with the same ports as an earlier session in this trace"
    ]
    assert complaints(tshark, [stream(b"answer", reply=True), stream(b"ask")]) == []
    refused = [stream(step="open", fate="lost"), stream(step="open", fate="lost")]
    said = tshark(refused, "-T", "fields", "-e", "tcp.flags.str", "-e", "frame.comment")
    assert said.count("lost: it never arrived") == 2


def test_times_are_nanoseconds_from_the_start(tmp_path: Path) -> None:
    Trace([Message("a", "b", "", b"x", time=1.000_000_001)]).save(tmp_path / "a")
    assert [packet.time_ns for packet in read(tmp_path / "a")] == [1_000_000_001]
    assert read(tmp_path / "a")[0].linktype == RAW


def test_the_same_trace_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in "ab":
        Trace(CONVERSATION).save(tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_note_before_any_packet_is_left_out() -> None:
    assert list(packets([Note("a", "x")])) == []
    [packet] = packets([Note("a", "x"), Message("a", "b", "", b"y"), Note("b", "z")])
    assert isinstance(packet, Packet)
    assert packet.comment == "b: z"


@pytest.mark.parametrize(
    ("message", "complaint"),
    [
        (Message("a", "b", "", bytes(65_508)), "^expected at most 65,507 bytes, got 65,508$"),
        (
            Message("a", "b", "", source=("::1", 1), destination=("127.0.0.1", 1)),
            "^expected addresses of one IP version; got ::1 and 127.0.0.1$",
        ),
    ],
)
def test_what_no_packet_can_be_is_refused(message: Message, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        list(packets([message]))
