"""The panel that binds and closes sockets: its table, and what it says."""

from collections.abc import Iterator
from random import Random

import pytest

from netlib.panels import PortsPanel
from netlib.ports import is_quiet, reserved_port


@pytest.fixture
def port() -> Iterator[int]:
    number, mark = reserved_port(Random())
    with mark:
        yield number


def rows(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


def test_each_endpoint_that_is_bound_gets_a_row(port: int) -> None:
    with PortsPanel((port, 0), language="en") as panel:
        assert rows(panel.text()) == [["protocol", "address", "port"]]
        panel.binds("tcp", "127.0.0.1", port)
        panel.binds("udp", "127.0.0.1", port)
        text = panel.binds("tcp", "127.0.0.2", port)
        assert text.splitlines()[0] == f"bound: tcp 127.0.0.2:{port}"
        assert rows(text)[2:] == [
            ["tcp", "127.0.0.1", str(port)],
            ["udp", "127.0.0.1", str(port)],
            ["tcp", "127.0.0.2", str(port)],
        ]


def test_an_error_is_named_and_makes_no_row(port: int) -> None:
    with PortsPanel((port,), language="en") as panel:
        panel.binds("tcp", "127.0.0.1", port)
        text = panel.binds("tcp", "", port)
        said = f'not bound: tcp "":{port}: EADDRINUSE, Address already in use'
        assert text.splitlines()[0] == said
        assert len(rows(text)) == 3


def test_closing_takes_the_row_and_frees_the_address(port: int) -> None:
    with PortsPanel((port,), language="en") as panel:
        panel.binds("udp", "", port)
        assert panel.closes("udp", "", port).splitlines() == [
            f'closed: udp "":{port}',
            "protocol  address  port",
        ]
        assert is_quiet(port)
        assert panel.closes("udp", "", port).startswith("nothing to close: udp")


def test_the_kernel_chooses_for_port_0() -> None:
    with PortsPanel(language="en") as panel:
        text = panel.binds("udp", "127.0.0.1", 0)
        assert int(rows(text)[-1][-1]) > 0
        assert len(rows(panel.closes("udp", "127.0.0.1", 0))) == 2


def test_when_it_ends_its_sockets_do_and_its_table_stays(port: int) -> None:
    panel = PortsPanel((port,), language="en")
    panel.binds("tcp", "127.0.0.1", port)
    panel.close()
    assert is_quiet(port)
    assert rows(str(panel))[-1] == ["tcp", "127.0.0.1", str(port)]
    assert rows(panel.binds("tcp", "127.0.0.2", port)) == rows(str(panel))
    assert f"<td>{port}</td>" in panel._repr_mimebundle_()["text/html"]


def test_it_does_not_fill_the_process(port: int) -> None:
    with PortsPanel((0,), language="en") as panel:
        text = [panel.binds("tcp", "127.0.0.1", 0) for _ in range(51)][-1]
        assert "EMFILE" in text.splitlines()[0]


@pytest.mark.parametrize(
    "choice", [("sctp", "", 0), ("tcp", "127.0.0.3", 0), ("tcp", "127.0.0.1", 80)]
)
def test_no_such_choice(choice: tuple[str, str, int]) -> None:
    with PortsPanel() as panel, pytest.raises(ValueError, match="expected one each of"):
        panel.binds(*choice)


def test_the_words_are_the_readers(port: int) -> None:
    with PortsPanel((port,), language="zh") as panel:
        text = panel.binds("tcp", "127.0.0.1", port)
    assert text.splitlines()[0] == f"已绑定：tcp 127.0.0.1:{port}"
    assert "协议" in text


def test_buttons_do_what_the_dropdowns_say(port: int) -> None:
    pytest.importorskip("ipywidgets")
    with PortsPanel((port, 0), language="en") as panel:
        row, picture, _ = panel.widget().children
        protocol, host, number, bind, close = row.children
        protocol.value, host.value, number.value = "udp", "127.0.0.2", port
        bind.click()
        panel._view.paint()  # type: ignore[union-attr]
        cells = f"<td>udp</td><td>127.0.0.2</td><td>{port}</td>"
        assert cells in picture.value
        assert not is_quiet(port)
        close.click()
        panel._view.paint()  # type: ignore[union-attr]
        assert cells not in picture.value
