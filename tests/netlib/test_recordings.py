"""Recordings stand in for what a machine cannot do, and every one that is named is there."""

import re
from pathlib import Path

import pytest

import netlib.recordings
from netlib.capture import recorded
from netlib.errors import Unavailable
from netlib.recordings import instead, recording

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(netlib.recordings.__file__).parent
NAMED = {
    name
    for path in ROOT.glob("solutions/ch*.py")
    for name in re.findall(r'instead\("([^"]+)"\)', path.read_text(encoding="utf-8"))
}


def test_a_recording_is_shown_where_a_demonstration_cannot_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with instead("ch05b-answers"):
        raise Unavailable("expected namespaces; there are none")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "expected namespaces; there are none"
    assert "192.0.2.1 > 192.0.2.255 UDP 2425 > 2425" in lines[1]
    assert lines[-1].endswith("in a recording, made elsewhere: ch05b-answers.pcapng")


def test_what_runs_is_left_alone_and_other_errors_pass(capsys: pytest.CaptureFixture[str]) -> None:
    with instead("ch05b-answers"):
        print("it runs")
    assert capsys.readouterr().out == "it runs\n"
    with pytest.raises(KeyError), instead("ch05b-answers"):
        raise KeyError("x")


def test_a_recording_is_given_to_cells_that_go_on_with_it() -> None:
    (one,) = recording("ch01-wire")
    assert [layer.header.label for layer in one.frame.layers] == ["Ethernet", "IPv4", "UDP", "Data"]
    assert one.data.endswith("你好".encode())


def test_every_recording_that_is_named_is_there_and_no_other() -> None:
    there = {path.stem for path in FOLDER.glob("*.pcapng")}
    assert there == NAMED


@pytest.mark.parametrize("name", sorted(NAMED))
def test_a_recording_can_be_read_and_is_short(name: str) -> None:
    frames = recorded(FOLDER / f"{name}.pcapng")
    assert 0 < len(frames) <= 40
    assert not any(one.frame.error for one in frames)
