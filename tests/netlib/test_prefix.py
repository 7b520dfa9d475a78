"""An address and its prefix length as a value: bits, bars, what follows, as text and picture."""

import base64
import html
import re
from ipaddress import IPv4Interface

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlib import language
from netlib.prefix import Prefix, parse_address


def test_the_text_says_all_that_follows() -> None:
    assert str(Prefix("192.168.128.255", 20)).splitlines() == [
        "192.168.128.255/20",
        "======== ======== ====---- --------",
        "11000000 10101000 10000000 11111111",
        "= network bits   - host bits",
        "network    192.168.128.0/20",
        "broadcast  192.168.143.255",
        "hosts      192.168.128.1 – 192.168.143.254 (4,094)",
        "192.168.128.255 is a host's address here.",
    ]


@pytest.mark.parametrize(
    ("address", "prefix", "kind"),
    [
        ("192.168.128.255", 24, "broadcast"),
        ("192.168.128.255", 16, "host"),
        ("192.168.128.0", 24, "network"),
        ("192.168.128.0", 16, "host"),
        ("10.0.0.0", 31, "host"),
        ("10.0.0.1", 31, "host"),
        ("10.0.0.1", 32, "host"),
        ("0.0.0.0", 0, "network"),
    ],
)
def test_what_an_address_is_depends_on_the_prefix(address: str, prefix: int, kind: str) -> None:
    shown = Prefix(address, prefix)
    assert shown.kind == kind
    word = {"broadcast": "broadcast", "network": "network's", "host": "host's"}[kind]
    assert word in str(shown).splitlines()[-1]


@pytest.mark.parametrize(
    ("prefix", "hosts"),
    [
        (31, "10.0.0.0 – 10.0.0.1 (2)"),
        (32, "10.0.0.0 (1)"),
        (30, "10.0.0.1 – 10.0.0.2 (2)"),
    ],
)
def test_the_smallest_networks_have_their_own_rule(prefix: int, hosts: str) -> None:
    text = str(Prefix("10.0.0.0", prefix))
    assert f"hosts      {hosts}" in text
    assert ("broadcast  none" in text) == (prefix > 30)


@given(st.ip_addresses(v=4), st.integers(0, 32), st.ip_addresses(v=4))
def test_it_agrees_with_the_standard_library(address: object, prefix: int, other: object) -> None:
    shown = Prefix(str(address), prefix, "en")
    net = IPv4Interface(f"{address}/{prefix}").network
    assert shown.network == net
    assert shown.near(str(other)) == (other in net)
    bars = str(shown).splitlines()[1]
    assert (bars.count("="), bars.count("-")) == (prefix, 32 - prefix)


@pytest.mark.parametrize("prefix", [-1, 33, "24", True, 24.0])
def test_a_prefix_length_is_a_number_up_to_32(prefix: object) -> None:
    with pytest.raises(ValueError, match="^expected a prefix length from 0 to 32; got "):
        Prefix("192.0.2.1", prefix)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "192.0.2", "192.0.2.256", "01.2.3.4", "::1"])
def test_what_is_no_address_is_refused(text: str) -> None:
    said = re.escape(f'expected an IPv4 address such as "192.0.2.7"; got {text!r}')
    for made in (parse_address, lambda text: Prefix(text, 8), Prefix("10.0.0.1", 8).near):
        with pytest.raises(ValueError, match=f"^{said}$"):
            made(text)


@pytest.mark.parametrize(
    ("code", "bars", "said"),
    [
        ("en", ("network bits", "host bits"), "is a host's address here."),
        ("zh", ("网络位", "主机位"), "在这里是主机的地址。"),
    ],
)
def test_the_picture_says_the_same_with_a_bar_for_each_half(
    code: str, bars: tuple[str, str], said: str
) -> None:
    language.use(code)
    shown = Prefix("192.0.2.10", 20)
    bundle = shown._repr_mimebundle_()
    (data,) = re.findall(r"base64,([^\"]+)", bundle["text/html"])
    svg = base64.b64decode(data).decode()
    assert svg == shown.svg()
    assert svg.count('height="24"') == 32  # a cell a bit
    assert svg.count('height="4"') == 2  # and two bars
    assert said in svg
    assert all(f">{name}<" in svg for name in bars)
    assert html.escape(str(shown)) in bundle["text/html"]
    assert bundle["text/plain"] == str(shown)


@pytest.mark.parametrize(("prefix", "bars"), [(0, 1), (32, 1), (31, 2)])
def test_a_half_without_bits_has_no_bar(prefix: int, bars: int) -> None:
    assert Prefix("192.0.2.10", prefix).svg().count('height="4"') == bars
