"""Who is plugged in where, as a tree for a diagram.

The trees are grown breadth first, so that every machine hangs as near to the first switch as
it can; addresses are those that the kernel has now.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

from netlib.lan.cable import Link
from netlib.lan.diagram import Node, Plug
from netlib.lan.host import Host
from netlib.lan.machine import Machine
from netlib.lan.switch import Switch

__all__ = ["trees"]

_FIRST, _SHOWN = 2, 3  # of a run of hosts that is folded: how many before, and in all


class _Branch(NamedTuple):
    """A cable away from a machine; new if it is the way to the other one."""

    link: Link
    other: Machine
    new: bool


def trees(machines: Iterable[Machine], links: Iterable[Link], most: int | None) -> tuple[Node, ...]:
    """Return one tree for everything that hangs together; those of the first machines first.

    Args:
        most: where more is plugged in, hosts in the middle are folded; None folds none.

    Raises:
        LanError: the LAN is not open.
    """
    forest = _Forest(links, most)
    return tuple(forest.tree(machine) for machine in machines if machine.name not in forest.below)


class _Forest:
    def __init__(self, links: Iterable[Link], most: int | None) -> None:
        self._most = most
        self._cables: dict[str, list[Link]] = {}
        self._beside: dict[frozenset[str], list[Link]] = {}  # those between the same two switches
        for link in links:
            if isinstance(link.near, Switch) and isinstance(link.far, Switch):
                beside = self._beside.setdefault(frozenset({link.near.name, link.far.name}), [])
                beside.append(link)
                if len(beside) > 1:
                    continue  # drawn with the first
            for end in (link.near, link.far):
                self._cables.setdefault(end.name, []).append(link)
        self._addresses: dict[str, dict[str, tuple[str, ...]]] = {}
        self.below: dict[str, list[_Branch]] = {}

    def tree(self, root: Machine) -> Node:
        self.below[root.name] = []
        waiting = deque([root])
        shown: set[Link] = set()
        while waiting:
            machine = waiting.popleft()
            for link in self._cables.get(machine.name, []):
                other = link.far if link.near is machine else link.near
                new = other.name not in self.below
                if link in shown or (isinstance(other, Host) and not new):
                    continue  # such a circle is shown from the host's end, with its address there
                shown.add(link)
                self.below[machine.name].append(_Branch(link, other, new))
                if new:
                    self.below[other.name] = []
                    waiting.append(other)
        return self._node(root)

    def _node(self, machine: Machine) -> Node:
        networks = machine.segment.networks if isinstance(machine, Switch) else ()
        runs = self._runs(self.below[machine.name])
        children = tuple(self._bundle(machine, run) for run in runs)
        kind = type(machine).__name__.lower()
        return Node(machine.name, kind, tuple(map(str, networks)), below=children)

    def _bundle(self, above: Machine, run: list[_Branch]) -> Node:
        node = self._child(above, run[0])
        if len(run) == 1:
            return node
        return replace(node, folded=len(run), last=self._child(above, run[-1]))

    def _child(self, above: Machine, branch: _Branch) -> Node:
        link, other, new = branch
        node = self._node(other) if new else Node(other.name, "")
        upper, lower = link.near_device, link.far_device
        if link.near is not above:
            upper, lower = lower, upper
        ends = self._plug(above, upper), self._plug(other, lower)
        cables = len(self._beside.get(frozenset({above.name, other.name}), [link]))
        return replace(node, above=ends[0], here=ends[1], cable=link.cable, cables=cables)

    def _runs(self, branches: list[_Branch]) -> Iterator[list[_Branch]]:
        """Yield what is plugged in, one by one, and those together that are folded."""
        crowded = self._most is not None and len(branches) > self._most
        for plain, each in groupby(branches, self._plain):
            run = list(each)
            if crowded and plain and len(run) > _SHOWN + 1:
                middle = [run[_FIRST:-1]]
                run, last = run[:_FIRST], run[-1:]
            else:
                middle, last = [], []
            yield from ([branch] for branch in run)
            yield from middle
            yield from ([branch] for branch in last)

    def _plain(self, branch: _Branch) -> bool:
        """Tell whether it is one of many: a host with one cable that does nothing."""
        other = branch.other
        return type(other) is Host and not branch.link.cable and len(self._cables[other.name]) == 1

    def _plug(self, machine: Machine, device: str) -> Plug:
        if not isinstance(machine, Host):
            return Plug(device, ())
        if machine.name not in self._addresses:
            rows = [row for row in machine.interfaces if not row.address.startswith("fe80:")]
            own = {row.device: [r.address for r in rows if r.device == row.device] for row in rows}
            self._addresses[machine.name] = {name: tuple(texts) for name, texts in own.items()}
        return Plug(device, tuple(filter(None, self._addresses[machine.name].get(device, ()))))
