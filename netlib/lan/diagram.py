"""A LAN as a diagram: machines, the cables between them, addresses, in text and as a picture.

A diagram is a value, a tree of what was there when it was asked for: from a switch to what is
plugged in there, and on to the next switch. A cable that would close a circle ends at a name
that stands elsewhere. The same LAN gives the same bytes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY, dataclass, field

from netlib.images import image
from netlib.lan.cable import Cable
from netlib.lan.drawing import Box, svg
from netlib.lan.words import Words, spoken

__all__ = ["Diagram", "Node", "Plug"]

_PLAIN = Cable()


@dataclass(frozen=True, slots=True)
class Plug:
    """One end of a cable: an interface and its addresses."""

    device: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A machine, and how the cable from the machine above it comes in.

    Attributes:
        kind: host, router, switch or hub; "" for a machine that stands elsewhere.
        networks: of a switch.
        above, here: the cable's ends, both None for a machine that begins a tree.
        cables: how many cables lie side by side there; cable is the first.
        below: what else is plugged in here.
        folded: how many hosts this one and last stand for, if it is more than one.
    """

    name: str
    kind: str
    networks: tuple[str, ...] = ()
    above: Plug | None = None
    here: Plug | None = None
    cable: Cable = _PLAIN
    cables: int = 1
    below: tuple["Node", ...] = ()
    folded: int = 1
    last: "Node | None" = None


@dataclass(frozen=True, slots=True, repr=False)
class Diagram:
    """A picture of a LAN; str() of it is its text form, svg() what notebooks show."""

    trees: Sequence[Node]
    _: KW_ONLY
    words: Words = field(default_factory=spoken)

    def __str__(self) -> str:
        lines: list[str] = []
        for tree in self.trees:
            lines.append(f"{tree.name}  {self._said(tree)}".rstrip())
            lines += self._branches(tree, "")
        return "\n".join(lines) or self.words.empty

    def __repr__(self) -> str:
        return f"<Diagram of {len(self.trees)} tree{'' if len(self.trees) == 1 else 's'}>"

    def svg(self) -> str:
        """Return the picture; the same LAN gives the same text."""
        return svg([self._box(tree) for tree in self.trees], self.words.empty)

    def alternative(self) -> str:
        """The whole picture in words, a sentence a cable, for who cannot see it."""
        return self.words.between.join(
            sentence for tree in self.trees for sentence in self._sentences(tree)
        )

    def _branches(self, node: Node, margin: str) -> Iterator[str]:
        for number, child in enumerate(node.below, 1):
            mark, bar = ("└─ ", "   ") if number == len(node.below) else ("├─ ", "│  ")
            parts = [self._wire(child), self._name(child), self._said(child), self._faults(child)]
            yield f"{margin}{mark}{'  '.join(filter(None, parts))}"
            yield from self._branches(child, margin + bar)

    def _box(self, node: Node) -> Box:
        texts = [self.words.kinds.get(node.kind, ""), *node.networks]
        texts += self._addresses(node)
        return Box(
            self._name(node),
            tuple(filter(None, texts)),
            node.kind,
            self._wire(node),
            self._faults(node),
            tuple(map(self._box, node.below)),
        )

    def _sentences(self, node: Node) -> Iterator[str]:
        if node.above is None:
            yield self.words.comma.join((node.name, self._said(node)))
        for child in node.below:
            says = (self._wire(child), self._said(child), self._faults(child))
            other = self._name(child) if child.kind else child.name
            to = self.words.to.format(one=node.name, other=other)
            yield f"{to}{self.words.colon}{self.words.comma.join(filter(None, says))}"
            yield from self._sentences(child)

    def _name(self, node: Node) -> str:
        if node.last is not None:
            return self.words.more.format(count=node.folded, first=node.name, last=node.last.name)
        return node.name if node.kind else self.words.elsewhere.format(name=node.name)

    def _said(self, node: Node) -> str:
        kind = self.words.kinds.get(node.kind, "") if node.kind != "host" else ""
        return " ".join(filter(None, (kind, ", ".join((*node.networks, *self._addresses(node))))))

    def _addresses(self, node: Node) -> tuple[str, ...]:
        own = node.here.addresses if node.here else ()
        if node.last is None or node.last.here is None:
            return own
        theirs = node.last.here.addresses
        return tuple(f"{one} … {other}" for one, other in zip(own, theirs, strict=False))

    def _wire(self, node: Node) -> str:
        """What the two ends of the cable are called; the addresses of the upper one, too."""
        if node.above is None or node.here is None:
            return ""
        above, here = node.above.device, node.here.device
        if node.last is not None and node.last.above is not None:
            above = f"{above} … {node.last.above.device}"
        return f"{' '.join((above, ', '.join(node.above.addresses))).rstrip()} ── {here}"

    def _faults(self, node: Node) -> str:
        count = self.words.cables.format(count=node.cables) if node.cables > 1 else ""
        return self.words.comma.join(filter(None, (count, self.words.faults(node.cable))))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": image(self.svg(), self.alternative())}
