"""Who said what to whom on a LAN; and a finished discovery to look at."""

from collections.abc import Iterator

import pytest

from netlib.capture import capture
from netlib.errors import Unavailable
from netlib.lan import Host, Lan
from netlib.lan.conversation import conversation
from netlib.lan.discovery import find_each_other
from netlib.lan.words import CHINESE
from netlib.trace import Message

MESSAGE = "lunch?"


@pytest.fixture
def lan() -> Iterator[Lan]:
    try:
        lan = Lan("192.0.2.0/24").start()
    except Unavailable as missing:
        pytest.skip(str(missing))
    yield lan
    lan.close()


def hosts(lan: Lan, *names: str) -> list[Host]:
    return [lan.host(name) for name in names]


def test_everybody_finds_everybody_else(lan: Lan) -> None:
    found = find_each_other(hosts(lan, "anna", "ben", "carla"))
    assert found == {
        "anna": ["ben", "carla"],
        "ben": ["anna", "carla"],
        "carla": ["anna", "ben"],
    }


def test_bound_to_their_own_addresses_they_find_nobody(lan: Lan) -> None:
    found = find_each_other(hosts(lan, "anna", "ben"), own_address=True, seconds=0.3)
    assert found == {"anna": [], "ben": []}


def test_a_conversation_has_names_for_hosts_and_messages(lan: Lan) -> None:
    two = hosts(lan, "anna", "ben")
    with capture(lan.center, "udp") as frames:  # type: ignore[arg-type]  # there is a switch
        find_each_other(two, message=MESSAGE)
    ladder = conversation(lan, frames)
    said = [e for e in ladder.events if isinstance(e, Message)]
    assert ladder.endpoints == ["anna", "ben", "everybody"]
    calls = [e for e in said if e.receiver == "everybody"]
    assert [e.sender for e in calls] == ["anna", "ben"]
    others = {e.label.split()[0] for e in said if e not in calls}
    assert others == {"ANSENTRY", "SENDMSG|0x100", "RECVMSG"}
    assert said[0].label == 'BR_ENTRY 1 "anna"'
    number = next(e.label.split()[1] for e in said if MESSAGE in e.label)
    receipt = next(e.label for e in said if e.label.startswith("RECVMSG"))
    assert receipt.endswith(f'"{number}"')
    assert conversation(lan, frames, words=CHINESE).endpoints == ["anna", "ben", "所有人"]


def test_without_datagrams_there_is_no_conversation(lan: Lan) -> None:
    with pytest.raises(ValueError, match="^expected frames with UDP datagrams; got none$"):
        conversation(lan, [])
