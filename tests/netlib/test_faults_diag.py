import socket
import sys

import pytest

from netlib.faults import diag

linux = pytest.mark.skipif(
    diag.bound(("127.0.0.1", 9)) is None, reason="sock_diag(7) does not answer here"
)
HOSTS = ["127.0.0.1", "::1"]


def family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


@pytest.fixture(params=HOSTS)
def host(request: pytest.FixtureRequest) -> str:
    try:
        with socket.socket(family(request.param), socket.SOCK_DGRAM) as sock:
            sock.bind((request.param, 0))
    except OSError:
        pytest.skip(f"there is no {request.param} here")
    return str(request.param)


@linux
def test_a_port_is_bound_as_long_as_a_socket_is_there(host: str) -> None:
    with socket.socket(family(host), socket.SOCK_DGRAM) as sock:
        sock.bind((host, 0))
        address = sock.getsockname()
        assert diag.bound(address) is True
    assert diag.bound(address) is False


@linux
def test_a_socket_for_all_addresses_counts() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("", 0))
        assert diag.bound(("127.0.0.1", sock.getsockname()[1])) is True


@linux
def test_what_was_read_is_counted(host: str) -> None:
    with socket.create_server((host, 0), family=family(host)) as listener:
        writer = socket.create_connection(listener.getsockname()[:2])
        reader, _ = listener.accept()
        with writer, reader:
            ends = reader.getsockname(), writer.getsockname()
            assert diag.taken(*ends) == 0
            writer.sendall(b"tea, please")
            assert diag.taken(*ends) == 0
            assert reader.recv(3) == b"tea"
            assert diag.taken(*ends) == 3
            assert reader.recv(50) == b", please"
            assert diag.taken(*ends) == 11
    assert diag.taken(*ends) is None


def test_where_the_kernel_does_not_tell_the_answer_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(socket, "AF_NETLINK", raising=False)
    assert diag.bound(("127.0.0.1", 9)) is None
    assert diag.taken(("127.0.0.1", 9), ("127.0.0.1", 10)) is None


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has it")
def test_linux_answers() -> None:
    assert diag.bound(("127.0.0.1", 9)) in (False, True)
