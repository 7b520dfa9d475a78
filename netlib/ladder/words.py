"""What a ladder says of its own accord, in English and in Chinese."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["CHINESE", "ENGLISH", "Words"]


@dataclass(frozen=True, slots=True)
class Words:
    """What a ladder says of its own accord, in one language.

    Attributes:
        more: stands for folded rows; {count} is how many.
        to: who speaks to whom, in a sentence; {sender} and {receiver}.
        colon: stands after a name, in front of what is said of it.
        between: stands between two steps in one line.
        sent_before: of a message that was on its way while row {row} happened.
        took: of a message that arrived late with nothing in between; {ms} milliseconds.
        fates: what to write beside a message, by its fate.
    """

    more: str
    to_itself: str
    to: str
    colon: str
    between: str
    sent_before: str
    took: str
    fates: Mapping[str, str]

    def fate(self, fate: str) -> str:
        """Return what to write beside a message; nothing if it was simply delivered."""
        return self.fates.get(fate, "" if fate == "delivered" else f"({fate})")


ENGLISH = Words(
    more="… {count} more",
    to_itself="to itself",
    to="{sender} to {receiver}",
    colon=": ",
    between="; ",
    sent_before="(sent before {row})",
    took="(took {ms} ms)",
    fates=MappingProxyType(
        {
            "lost": "(lost)",
            "duplicate": "(duplicate)",
            "late": "(late)",
            "truncated": "(truncated)",
            "corrupted": "(corrupted)",
            "forged": "(forged)",
        }
    ),
)
CHINESE = Words(
    more="… 还有 {count} 行",
    to_itself="发给自己",
    to="{sender}发给{receiver}",
    colon="：",
    between="；",
    sent_before="（在 {row} 之前发出）",
    took="（用了 {ms} 毫秒）",
    fates=MappingProxyType(
        {
            "lost": "（丢失）",
            "duplicate": "（重复）",
            "late": "（迟到）",
            "truncated": "（截断）",
            "corrupted": "（损坏）",
            "forged": "（伪造）",
        }
    ),
)
