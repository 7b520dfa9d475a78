"""02.5 on_link, can_talk: each host decides by its own mask."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.ch02.shared import answers, asked, broadcast, dotted, network, number
from autograder.text import Because

__all__ = ["RULES"]
RULES = Rules()

Case = tuple[str, str]
Model = Callable[[str, str], bool]


# -- how it is, and how people have it -------------------------------------------------------------


def _parts(interface: str) -> tuple[str, int]:
    address, _, prefix = interface.partition("/")
    return address, int(prefix or 32)


def _near(interface: str, other: str) -> bool:
    address, prefix = _parts(interface)
    return network(address, prefix) == network(_parts(other)[0], prefix)


def _talk(a: str, b: str) -> bool:
    return _near(a, b) and _near(b, a)


def _first_numbers(count: int | None) -> Model:
    """So many numbers are compared, or as many as the prefix has whole bytes."""

    def near(interface: str, other: str) -> bool:
        address, prefix = _parts(interface)
        n = prefix // 8 if count is None else count
        return address.split(".")[:n] == _parts(other)[0].split(".")[:n]

    return near


def _by_class(interface: str, other: str) -> bool:
    first = int(interface.split(".")[0])
    return _first_numbers(1 if first < 128 else 2 if first < 192 else 3)(interface, other)


def _own_numbers(a: str, b: str) -> bool:
    """Each network's number is worked out by its own mask."""
    return network(*_parts(a)) == network(*_parts(b))


def _both(near: Model) -> Model:
    return lambda a, b: near(a, b) and near(b, a)


COMPARED = (_first_numbers(3), _first_numbers(None), _by_class)
ONE_SIDED: tuple[Model, ...] = (
    _near,
    lambda a, b: _near(b, a),
    lambda a, b: _near(a, b) or _near(b, a),
    _own_numbers,
)

PROBES: dict[str, Sequence[Case]] = {
    "on_link": (
        ("192.0.2.10/24", "192.0.2.200"),
        ("192.0.2.10/25", "192.0.2.200"),
        ("192.0.2.10/25", "192.0.2.100"),
        ("192.0.2.10/28", "192.0.2.14"),
        ("192.0.2.10/28", "192.0.2.17"),
        ("10.1.2.3/8", "10.200.0.1"),
        ("10.1.2.3/16", "10.1.200.1"),
        ("10.1.2.3/16", "10.2.2.3"),
        ("172.16.5.4/20", "172.16.15.9"),
        ("172.16.5.4/20", "172.16.16.9"),
    ),
    "can_talk": (
        ("192.0.2.10/24", "192.0.2.200/24"),
        ("192.0.2.10/25", "192.0.2.200/25"),
        ("192.0.2.10/24", "192.0.2.200/25"),
        ("192.0.2.10/25", "192.0.2.200/24"),
        ("192.0.2.10/25", "192.0.2.100/24"),
        ("192.0.2.100/24", "192.0.2.10/25"),
        ("10.1.2.3/8", "10.9.2.3/16"),
        ("10.9.2.3/16", "10.1.2.3/8"),
    ),
}


def _works_like(learner: Learner, steps: Steps, name: str, models: Sequence[Model], id: str) -> Any:
    """Return evidence: whether it answers every probe as one of those wrong models does."""

    def looked(got: object) -> str | None:
        if not isinstance(got, bool):
            return None
        said = answers(learner, steps, name, PROBES[name])
        wrong = ([model(*case) for case in PROBES[name]] for model in models)
        return id if said in list(wrong) else None

    return looked


def _decides(learner: Learner, steps: Steps, name: str, cases: Sequence[Case]) -> None:
    right = {"on_link": _near, "can_talk": _talk}[name]
    compared: list[Model] = list(COMPARED)
    sides: Sequence[Model] = ()
    if name == "can_talk":
        compared = [_both(near) for near in COMPARED]
        sides = ONE_SIDED
    cites: Because = (
        _works_like(learner, steps, name, compared, "ADR-07"),
        _works_like(learner, steps, name, sides, "ADR-15"),
    )
    for case in cases:
        asked(learner, steps, name, *case).returns(right(*case), because=cites)


# -- the rules -------------------------------------------------------------------------------------


def _flipped(address: str, bit: int) -> str:
    """Return the address that differs in one bit, counted from the first, 0."""
    return dotted(number(address) ^ 1 << 31 - bit)


def _is_host(address: str, prefix: int) -> bool:
    """Tell whether a host may have that address."""
    return prefix > 30 or address not in (network(address, prefix), broadcast(address, prefix))


def _host(rng: Random, prefix: int) -> str:
    """Return the address of a host."""
    while not _is_host(address := dotted(rng.randrange(2**32)), prefix):
        pass
    return address


def _near_to(rng: Random, address: str, prefix: int) -> str:
    """Return another host of its network: one that differs in the first host bit. prefix < 32."""
    if prefix >= 30:  # there is but one
        return dotted(number(address) ^ (3 if prefix == 30 else 1))
    half = 1 << 31 - prefix
    start = (number(address) ^ half) // half * half
    while not _is_host(other := dotted(start + rng.randrange(half)), prefix):
        pass
    return other


def _neighbours(rng: Random, prefix: int) -> list[Case]:
    """Return an interface with somebody within its network, and somebody just outside."""
    address = _host(rng, prefix)
    found = []
    if prefix < 32:
        found.append((f"{address}/{prefix}", _near_to(rng, address, prefix)))
    if prefix > 0:
        found.append((f"{address}/{prefix}", _flipped(address, prefix - 1)))
    return found


@RULES.rule(weight=1)
def near_or_not(learner: Learner, steps: Steps, rng: Random) -> None:
    """on_link says whether address and other agree in all network bits, at any prefix length.

    on_link 回答：两个地址的网络位是否全部相同，任何前缀长度都一样。
    """
    _decides(learner, steps, "on_link", PROBES["on_link"])
    for prefix in (8, 16, 24, 25, 26, 28, 30, 31, 0, 32):
        _decides(learner, steps, "on_link", _neighbours(rng, prefix))


@RULES.rule(weight=1)
def both_must_agree(learner: Learner, steps: Steps, rng: Random) -> None:
    """can_talk is True where each host takes the other for near, by its own mask; in any order.

    只有双方各按自己的掩码都认为对方直连，can_talk 才是 True；先后次序无关。
    """
    _decides(learner, steps, "can_talk", PROBES["can_talk"])
    for case in PROBES["can_talk"]:
        _decides(learner, steps, "can_talk", [case[::-1]])


@RULES.rule(weight=1)
def any_two_hosts(learner: Learner, steps: Steps, rng: Random) -> None:
    """The same for hosts and prefix lengths of any kind, from 0 to 32.

    任意的主机、任意的前缀长度（0～32），也都如此。
    """
    for _ in range(12):
        prefix = rng.randint(1, 31)
        _decides(learner, steps, "on_link", _neighbours(rng, prefix))
        address = _host(rng, prefix)
        other = _near_to(rng, address, prefix)
        drawn = sorted({prefix, prefix + 1, rng.randint(0, 32)})
        for theirs in (each for each in drawn if _is_host(other, each)):
            pair = f"{address}/{prefix}", f"{other}/{theirs}"
            _decides(learner, steps, "can_talk", [pair, pair[::-1]])
