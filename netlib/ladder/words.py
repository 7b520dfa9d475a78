"""What a ladder says of its own accord, in English and in Chinese."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from netlib import language
from netlib.trace import Event, Message

__all__ = ["CHINESE", "ENGLISH", "Words", "spoken"]


@dataclass(frozen=True, slots=True)
class Words:
    """What a ladder says of its own accord, in one language.

    Attributes:
        here: stands beside the marked row.
        more: stands for folded rows; {count} is how many.
        to: who speaks to whom, in a sentence; {sender} and {receiver}.
        colon: stands after a name, in front of what is said of it.
        between: stands between two steps in one line.
        sent_before: of a message that was on its way while row {row} happened.
        took: of a message that arrived late with nothing in between; {ms} milliseconds.
        fates: what to write beside a message, by its fate.
        roles: how endpoints are called that were given no name of their own.
    """

    here: str
    more: str
    to_itself: str
    to: str
    colon: str
    between: str
    sent_before: str
    took: str
    fates: Mapping[str, str]
    roles: Mapping[str, str]

    def name(self, name: str) -> str:
        """Return how an endpoint is called: "client 2" is a role and a number, "anna" a name."""
        role, space, number = name.partition(" ")
        return f"{self.roles.get(role, role)}{space}{number}"

    def event(self, event: Event) -> Event:
        """Return an event with its endpoints called so."""
        if isinstance(event, Message):
            sender, receiver = self.name(event.sender), self.name(event.receiver)
            return replace(event, sender=sender, receiver=receiver)
        return replace(event, at=self.name(event.at))

    def fate(self, fate: str) -> str:
        """Return what to write beside a message; nothing if it was simply delivered."""
        return self.fates.get(fate, "" if fate == "delivered" else f"({fate})")


ENGLISH = Words(
    here="here",
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
    roles=MappingProxyType({}),
)
CHINESE = Words(
    here="这里",
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
    roles=MappingProxyType({"client": "客户端", "server": "服务器"}),
)


def spoken() -> Words:
    """Return the words of the reader's language."""
    return CHINESE if language.chosen() == "zh" else ENGLISH
