"""The programs of the old notes still fail as the chapters that show them say."""

import errno
import socket

import pytest

from netlib.attempt import attempt
from netlib.deadlines import stretched
from netlib.faults import TCPRelay
from netlib.oldnotes import commands, tcp
from netlib.scenes import leave_with_reset
from netlib.serving import serving

DEADLINE_S = stretched(60)


def test_a_short_output_comes_back() -> None:
    assert attempt(commands.run, "echo hi", seconds=DEADLINE_S).value == b"hi\n"


def test_any_error_hides_the_output() -> None:
    both = attempt(commands.run, "echo good; echo warning >&2", seconds=DEADLINE_S)
    assert both.value == b"warning\n"


def test_the_shell_reads_what_the_network_sent() -> None:
    assert (
        attempt(commands.run, "echo hi; echo $((6 * 7))", seconds=DEADLINE_S).value == b"hi\n42\n"
    )


def test_more_output_than_a_pipe_holds_hangs_where_stderr_is_read() -> None:
    outcome = attempt(commands.run, "seq 40000", seconds=stretched(1))
    assert (outcome.outcome, outcome.where) == ("hung", "err = res.stderr.read()")


def test_a_command_that_reads_its_input_hangs() -> None:
    assert attempt(commands.run, "cat", seconds=0.5).outcome == "hung"


def test_the_second_command_gets_the_rest_of_the_first_answer() -> None:
    with serving(commands.serve_tcp, "tcp") as address:
        with socket.create_connection(address, timeout=DEADLINE_S) as client:
            assert commands.ask(client, "echo hi") == "hi\n"
            first = commands.ask(client, "seq 600")
            second = commands.ask(client, "echo SECOND")
    assert (len(first), len(second)) == (1024, 1024)
    assert second.startswith("284\n285\n")


def test_the_tcp_server_takes_one_client_after_the_other_whatever_becomes_of_one() -> None:
    with serving(commands.serve_tcp, "tcp") as address:
        for data in (b"", b"\xff", b"echo hi"):
            with socket.create_connection(address, timeout=DEADLINE_S) as client:
                client.sendall(data)
                client.shutdown(socket.SHUT_WR)
                assert client.recv(1024) == (b"hi\n" if data == b"echo hi" else b"")


def test_more_than_a_pipe_holds_hangs_the_udp_server_before_any_datagram() -> None:
    outcome = attempt(commands.run, "head -c 70000 /dev/zero", seconds=stretched(1))
    assert (outcome.outcome, outcome.where) == ("hung", "err = res.stderr.read()")


def test_one_long_answer_ends_the_udp_server() -> None:
    with (
        pytest.raises(OSError, match="too long") as failed,
        serving(commands.serve_udp) as address,
        socket.socket(type=socket.SOCK_DGRAM) as client,
    ):
        client.settimeout(DEADLINE_S)
        client.sendto(b"true", address)
        assert client.recv(65507) == "执行成功".encode()
        client.sendto(b"head -c 65520 /dev/zero", address)
        client.settimeout(0.3)
        with pytest.raises(TimeoutError):
            client.recv(65507)
    assert failed.value.errno == errno.EMSGSIZE


# -- TCP -------------------------------------------------------------------------------------------


def old_pair(lines: list[str], faults: str = "", reset_first: bool = False) -> list[str]:
    with tcp.running() as address, TCPRelay(address, faults) as front:
        if reset_first:
            leave_with_reset(address)
        return tcp.upper_client(front, lines)


def test_the_upper_pair_is_right_where_nothing_happens() -> None:
    lines = ["green tea", " ", "cake "]
    assert attempt(old_pair, lines, seconds=DEADLINE_S).value == ["GREEN TEA", "CAKE"]


@pytest.mark.parametrize(
    ("faults", "reset_first", "error"),
    [("split 4", False, "UnicodeDecodeError"), ("", True, "ConnectionResetError")],
)
def test_half_a_character_and_a_reset_end_the_upper_server(
    faults: str, reset_first: bool, error: str
) -> None:
    done = attempt(old_pair, ["你好"], faults, reset_first, seconds=DEADLINE_S)
    assert done.value != ["你好"]
    assert error in done.printed


def test_the_rest_of_a_long_answer_is_taken_for_the_next() -> None:
    done = attempt(old_pair, ["a" * 2000, "tea"], seconds=DEADLINE_S)
    assert isinstance(done.value, list)
    assert done.value[0] == "A" * 1024
    assert done.value[1].startswith("A" * 976)


def test_the_client_does_not_look_whether_it_is_connected() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        done = attempt(tcp.upper_client, deaf.getsockname(), ["tea"], seconds=DEADLINE_S)
    assert done.error.startswith("BrokenPipeError")
