"""The programs of the old notes still fail as the chapters that show them say."""

import errno
import socket

import pytest

from netlib.attempt import attempt
from netlib.deadlines import stretched
from netlib.oldnotes import commands
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
