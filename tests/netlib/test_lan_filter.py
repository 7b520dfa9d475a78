"""Filters in Wireshark's words: what they let pass, and what they say to those that are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlib.lan.filter import parse


class Fields:
    """A frame as far as a filter is concerned."""

    def __init__(self, **fields: object) -> None:
        self.fields = {name.replace("_", "."): value for name, value in fields.items()}

    def __getitem__(self, name: str) -> list[object]:
        found = self.fields.get(name, [])
        return found if isinstance(found, list) else [found]

    def __contains__(self, name: str) -> bool:
        return any(f"{known}.".startswith(f"{name}.") for known in self.fields)


DATAGRAM = Fields(
    eth_src="02:00:00:00:00:0a",
    ip_src="192.0.2.1",
    ip_dst="192.0.2.7",
    ip_ttl=64,
    udp_port=[5000, 6000],
    udp_payload=b"hello",
    ipv6_dst="2001:db8::1",
    tcp_flags_syn=True,
)


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("", True),
        ("ip.dst == 192.0.2.7 and udp.port == 6000", True),
        ("ip.dst == 192.0.2.7 and udp.port == 7000", False),
        ("ip.dst==192.0.2.7&&udp.port==5000", True),
        ("ip.dst eq 192.0.2.7", True),
        ("ip.dst == 192.0.2.0/24", True),
        ("ip.dst == 198.51.100.0/24", False),
        ("ip.dst != 192.0.2.7", False),
        ("udp.port != 5000", False),  # one of them is
        ("udp.port != 7000", True),
        ("tcp.port != 7000", False),  # there is none
        ("not tcp.port == 7000", True),
        ("ip.ttl < 64", False),
        ("ip.ttl <= 64 and ip.ttl >= 0x40 and ip.ttl > 63", True),
        ("udp", True),
        ("arp", False),
        ("udp.port", True),
        ("not arp", True),
        ("!arp and !(dns or tftp)", True),
        ("arp or udp and tftp", False),  # "and" binds closer
        ("(arp or udp) and not tftp", True),
        ("ipv6.dst == 2001:DB8:0:0::1", True),
        ("ipv6.dst == 2001:db8::/32", True),
        ("eth.src == 02:00:00:00:00:0A", True),
        ('udp.payload contains "ell"', True),
        ("udp.payload contains 65:6c", True),
        ("udp.payload == 68:65:6c:6c:6f", True),
        ("udp.payload contains xyz", False),
        ("tcp.flags.syn == 1", True),
        ("tcp.flags.syn == false", False),
        ("not not udp", True),
    ],
)
def test_a_filter_lets_pass_what_it_says(text: str, passes: bool) -> None:
    assert parse(text).matches(DATAGRAM) is passes


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("ip.dst ==", "^expected a value for ip.dst after 'ip.dst =='; it ends there$"),
        ("ip.dst == and udp", "^expected a value for ip.dst at character 11 of .*; got 'and'$"),
        ("(udp", r"""^expected "\)" after '\(udp'; it ends there$"""),
        ("udp udp", '^expected "and", "or" or the end at character 5 of .*; got \'udp\'$'),
        ("udp )", '^expected "and", "or" or the end at character 5 of'),
        ("ipp.dst == 1", "^expected a field such as ip.dst or udp.port, of arp, .* at character 1"),
        ("udp and", "^expected a field such as .* after 'udp and'; it ends there$"),
        ("192.0.2.1", "^expected a field such as"),
        ("ip.dst = 192.0.2.1", '^expected "and", "or" or the end at character 8 of .*; got \'=\''),
        ("ip.ttl < high", "^expected a number to compare ip.ttl with; got 'high'$"),
    ],
)
def test_what_is_no_filter_is_told_where_and_why(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("ip.ttl == high", "^expected a number to compare ip.ttl with; got 'high'$"),
        ("ip.dst == anna", "^expected an address to compare ip.dst with; got 'anna'$"),
    ],
)
def test_a_value_of_another_kind_is_told_when_it_is_compared(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse(text).matches(DATAGRAM)


@given(st.text(alphabet='ipudp.arst ()=!<>&|"01:/and not', max_size=30))
def test_any_text_is_a_filter_or_an_error_in_a_sentence(text: str) -> None:
    said = "expected "
    try:
        found = parse(text).matches(DATAGRAM)
    except ValueError as error:
        found, said = True, str(error)
    assert found in (True, False)
    assert said.startswith("expected ")


def test_a_filter_shows_its_text_and_deep_ones_are_no_trouble() -> None:
    assert str(parse("udp or arp")) == "udp or arp"
    assert parse("(" * 49 + "udp" + ")" * 49).matches(DATAGRAM)
    for deep in ("(" * 9999 + "udp", "not " * 9999 + "udp"):
        with pytest.raises(ValueError, match='^expected at most 50 brackets and "not"s'):
            parse(deep)
