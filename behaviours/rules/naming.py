"""The names of one document: each stands for one thing only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from behaviours.document import Part
from behaviours.rules.clauses import RESERVED_NAMES
from behaviours.rules.expression import NAME


@dataclass(frozen=True, slots=True)
class Names:
    """What has been named so far in the document ``root``."""

    root: Part
    taken: set[str] = field(default_factory=set)

    def of(self, section: str) -> Iterator[tuple[str, Part]]:
        """The named parts of a section; a name may stand for one thing in the whole document."""
        for name, part in self.root.at(section).items():
            take_name(name, part, self.taken)
            yield name, part

    def of_any(self, section: str) -> Iterator[tuple[str, Part]]:
        """The same of a section that may be left out."""
        if self.root.has(section):
            yield from self.of(section)


def take_name(
    name: str, part: Part, taken: set[str], reserved: frozenset[str] = RESERVED_NAMES
) -> None:
    """Note a name; DocumentError where it cannot be one or is taken."""
    if NAME.fullmatch(name) is None or name in reserved:
        raise part.wrong("unusable_name", name=name)
    if name in taken:
        raise part.wrong("declared_twice", name=name)
    taken.add(name)
