"""What pictures of a LAN say of their own accord, in English and in Chinese."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from netlib import ladder, language
from netlib.lan.cable import Cable

__all__ = ["CHINESE", "ENGLISH", "Words"]


@dataclass(frozen=True, slots=True)
class Words:
    """What pictures of a LAN say of their own accord, in one language.

    Attributes:
        kinds: what a machine is called, by the name of its class in small letters.
        more: stands for folded hosts; {count}, {first} and {last}.
        elsewhere: a machine {name} that is drawn in another place.
        to: a cable, in a sentence; {one} and {other}.
        cables: {count} cables side by side.
        loss, delay, rate: what a cable does; {share} in %, {ms}, and bits a second {bits}.
        empty: a LAN without machines.
        key: what stands on the arrows of a frame's way.
        everybody: a column for what is sent to many.
        language: "en" or "zh"; ladder: the words of the ladder itself.
    """

    kinds: Mapping[str, str]
    more: str
    elsewhere: str
    to: str
    cables: str
    loss: str
    delay: str
    rate: str
    empty: str
    key: str
    everybody: str
    language: str
    ladder: ladder.Words
    comma: str
    colon: str
    between: str

    def faults(self, cable: Cable) -> str:
        """Return what a cable does to frames; nothing if it does nothing."""
        parts = []
        if cable.loss:
            parts.append(self.loss.format(share=f"{cable.loss * 100:.6g}"))
        if cable.delay_s:
            parts.append(self.delay.format(ms=f"{cable.delay_s * 1000:.6g}"))
        if cable.rate_bps:
            parts.append(self.rate.format(bits=_scaled(cable.rate_bps)))
        return self.comma.join(parts)


def _scaled(bits: float) -> str:
    """Return bits a second with the prefix (SI) that leaves the fewest digits."""
    for limit, prefix in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if bits >= limit:
            return f"{bits / limit:.6g} {prefix}"
    return f"{bits:.6g} "


ENGLISH = Words(
    kinds=MappingProxyType({"host": "host", "router": "router", "switch": "switch", "hub": "hub"}),
    more="… {count} hosts, {first} to {last}",
    elsewhere="→ {name}",
    to="{one} to {other}",
    cables="{count} cables",
    loss="loss {share} %",
    delay="delay {ms} ms",
    rate="at most {bits}bit/s",
    empty="an empty LAN",
    key="MAC addresses (last byte), TTL",
    everybody="everybody",
    language="en",
    ladder=ladder.ENGLISH,
    comma=", ",
    colon=": ",
    between="; ",
)
CHINESE = Words(
    kinds=MappingProxyType(
        {"host": "主机", "router": "路由器", "switch": "交换机", "hub": "集线器"}
    ),
    more="… {count} 台主机，{first} 到 {last}",
    elsewhere="→ {name}",
    to="{one} 到 {other}",
    cables="{count} 条网线",
    loss="丢包 {share} %",
    delay="延迟 {ms} ms",
    rate="限速 {bits}bit/s",
    empty="空的局域网",
    key="MAC 地址（最后一个字节）、TTL",
    everybody="所有人",
    language="zh",
    ladder=ladder.CHINESE,
    comma="，",
    colon="：",
    between="；",
)


def spoken() -> Words:
    """Return the words of the reader's language."""
    return CHINESE if language.chosen() == "zh" else ENGLISH
