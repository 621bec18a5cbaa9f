"""What people write, read: every value stays the text that was written, with its place.

``behaviours.yaml_text`` makes the tree of the text; here its values are read, and what is wrong
with them is said.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Concatenate, NamedTuple, ParamSpec, Self, TypeAlias, TypeVar, cast

from behaviours.refusal import Invalid
from behaviours.said import DocumentFault, fault

Tree: TypeAlias = str | list["Tree"] | dict[str, "Tree"]
Found = TypeVar("Found")
Given = ParamSpec("Given")
# At most forty characters after the sign.
_NUMBER = re.compile(r"-?(?=.{1,40}\Z)[0-9]+(?:\.[0-9]+)?")
# How many faults of one document are told; of the others only how many there are.
FAULTS_MAX = 50


class DocumentError(Invalid, code="INVALID_DOCUMENT"):
    """A document that cannot be used; names file, line, field and what to do.

    A kind of document that is sent over the API has one of its own, with its code.
    """

    # Somewhere in the document, or in it as a whole.
    cases = ("field", "document")

    def __init__(self, source: str, line: int, field: str, wrong: DocumentFault) -> None:
        field = field.removeprefix(".")
        super().__init__(
            "field" if field else "document",
            file=source,
            line=line,
            field=field,
            problem=wrong.problem,
            remedy=wrong.remedy,
        )
        # What else is wrong with the same document, and how much more than is told.
        self.others: tuple[DocumentError, ...] = ()
        self.untold = 0

    @property
    def all(self) -> tuple[DocumentError, ...]:
        """Every fault that was found in one reading, at most ``FAULTS_MAX``."""
        return (self, *self.others)


# Stands for what could not be read, until ``Faults.check`` has been passed.
_LOST: Any = object()


class Faults:
    """The faults of a document, gathered while it is read to its end.

    A ``Part`` that has one notes a value that it cannot read and gives a stand-in. ``read`` drops
    what was made of a stand-in, and whatever would need what was dropped: no fault is told that
    only follows from another one.
    """

    def __init__(self) -> None:
        self._found: list[DocumentError] = []
        self._unreadable: set[str] = set()
        # Names that the document declares, of things that could not be read.
        self.names: set[str] = set()
        self._stand_ins = 0
        self._untold = 0

    def note(self, path: str, wrong: DocumentError) -> None:
        """Keep a fault of the value at ``path``, once."""
        self._stand_ins += 1
        if path not in self._unreadable:
            self._unreadable.add(path)
            self._found.append(wrong)

    def follows(self, above: str, path: str) -> None:
        """What is below an unreadable value is unreadable itself, and not worth a word."""
        if above in self._unreadable:
            self._unreadable.add(path)

    def read(
        self, reader: Callable[Given, Found], *args: Given.args, **kwargs: Given.kwargs
    ) -> Found:
        """What ``reader`` reads; something lost when it cannot, or lacks what it is to be given."""
        for each in (*args, *kwargs.values()) if kwargs else args:
            if each is _LOST:
                return cast("Found", self.lost())
        before = self._stand_ins
        try:
            found = reader(*args, **kwargs)
        except DocumentError as wrong:
            if self._stand_ins == before and not self._about_lost(wrong):
                self._found.extend(wrong.all)
                self._untold += wrong.untold
            return cast("Found", self.lost())
        return found if self._stand_ins == before else cast("Found", self.lost())

    def lost(self) -> Any:
        """In the place of something that cannot be read."""
        self._stand_ins += 1
        return _LOST

    def has(self, found: object) -> bool:
        return found is not _LOST

    def named(
        self,
        reader: Callable[Concatenate[str, Part, Given], Found],
        parts: Iterable[tuple[str, Part]],
        *args: Given.args,
        **kwargs: Given.kwargs,
    ) -> dict[str, Found]:
        """What can be read of named parts, by name."""
        found = {name: self.read(reader, name, part, *args, **kwargs) for name, part in parts}
        self.names |= {name for name, each in found.items() if each is _LOST}
        return {name: each for name, each in found.items() if each is not _LOST}

    def listed(
        self,
        reader: Callable[Concatenate[Part, Given], Found],
        parts: Iterable[Part],
        *args: Given.args,
        **kwargs: Given.kwargs,
    ) -> tuple[Found, ...]:
        """What can be read of a list's parts, in order."""
        found = [self.read(reader, part, *args, **kwargs) for part in parts]
        return tuple(each for each in found if each is not _LOST)

    @property
    def clean(self) -> bool:
        return not self._found

    def check(self) -> None:
        """Raises the first fault, by line, with all the others."""
        if self._found:
            # Faults of one line stay in the order in which they were found.
            by_file = {each.facts["file"]: None for each in self._found}
            order = {file: at for at, file in enumerate(by_file)}
            found = sorted(self._found, key=lambda e: (order[e.facts["file"]], e.facts["line"]))
            first = found[0]
            first.others = tuple(found[1:FAULTS_MAX])
            first.untold = self._untold + max(0, len(found) - FAULTS_MAX)
            raise first

    def _about_lost(self, wrong: DocumentError) -> bool:
        return wrong.facts["problem"].facts.get("name") in self.names


class ValueLines:
    """At which line each value of a document stands, by its path; nought where it was no text.

    ``found`` is worked out when it is first asked for, which only a fault does.
    """

    def __init__(self, make: Callable[[], dict[str, int]] = dict) -> None:
        self._make = make

    @cached_property
    def found(self) -> Mapping[str, int]:
        return self._make()


class DocumentOrigin(NamedTuple):
    """What all values of a document have in common.

    With ``faults`` a value that cannot be read is noted there, and a stand-in given; without
    one it is refused at once.
    """

    source: str
    error: type[DocumentError]
    lines: ValueLines
    faults: Faults | None = None
    # The content with YAML's own numbers and truths, where it is read so.
    plain: Any = None


@dataclass(slots=True, eq=False)
class Part:
    """A value of a document with its place, and the checks that name that place.

    Its place is the name or number that it has in the one ``above``, and is put into words when
    there is something to say of it. Nobody changes a part; that it is not frozen makes it twice as
    quick, and a catalogue has a hundred thousand.
    """

    value: Tree
    origin: DocumentOrigin
    above: Self | None = None
    key: str | int = ""

    def noting(self, faults: Faults) -> Self:
        """The same value, of which ``faults`` are gathered."""
        return type(self)(self.value, self.origin._replace(faults=faults), self.above, self.key)

    @property
    def faults(self) -> Faults | None:
        return self.origin.faults

    @property
    def steps(self) -> tuple[str | int, ...]:
        """The names and numbers that lead to it, from the top."""
        found: list[str | int] = []
        part: Part = self
        while part.above is not None:
            found.append(part.key)
            part = part.above
        return tuple(reversed(found))

    @property
    def path(self) -> str:
        """Its place as people read it: ``.parameters.EF.values[0]``, and nothing at the top."""
        return path_of(self.steps)

    def wrong(self, case: str, **facts: Any) -> DocumentError:
        """What is wrong with the value, by a case of the catalogues and the facts it speaks of."""
        return self.faulty(fault(case, **facts))

    def faulty(self, wrong: DocumentFault) -> DocumentError:
        path, origin = self.path, self.origin
        made = origin.error(origin.source, origin.lines.found.get(path, 1), path, wrong)
        made.pointer = "".join(
            "/" + str(step).replace("~", "~0").replace("/", "~1") for step in self.steps
        )
        return made

    def flawed(self, case: str, **facts: Any) -> None:
        """Note that the value cannot be used; raises where none are kept."""
        self.note(self.path, self.wrong(case, **facts))

    def note(self, path: str, wrong: DocumentError) -> None:
        """As ``flawed``, of what may stand below the value."""
        if self.faults is None:
            raise wrong
        self.faults.note(path, wrong)

    def has(self, name: str) -> bool:
        return isinstance(self.value, dict) and name in self.value

    def at(self, name: str) -> Self:
        """The named value; refused when it is missing."""
        value = self.value
        if isinstance(value, dict) and name in value:
            return type(self)(value[name], self.origin, self, name)
        missing = type(self)("", self.origin, self, name)
        if self.faults is not None:
            self.faults.follows(self.path, missing.path)
        self.note(missing.path, self.wrong("missing", name=name))
        return missing

    def maybe(self, name: str) -> Self | None:
        value = self.value
        if isinstance(value, dict) and name in value:
            return type(self)(value[name], self.origin, self, name)
        return None

    def only(self, *names: str) -> None:
        """Refuse any name that is not listed: a misspelt field must not be silently ignored."""
        if not isinstance(self.value, dict):
            return self.flawed("not_fields", names=", ".join(names))
        for name in self.value:
            if name not in names:
                self.at(name).flawed("no_such_field", names=", ".join(names))
        return None

    def items(self) -> Iterator[tuple[str, Self]]:
        if not isinstance(self.value, dict):
            return self.flawed("not_a_mapping")
        for name, value in self.value.items():
            yield name, type(self)(value, self.origin, self, name)

    def each(self) -> Iterator[Self]:
        if not isinstance(self.value, list):
            return self.flawed("not_a_list")
        for index, value in enumerate(self.value):
            yield type(self)(value, self.origin, self, index)

    def text(self) -> str:
        text = self.value.strip() if isinstance(self.value, str) else ""
        if not text:
            self.flawed("not_a_text")
        return text

    def one_of(self, *allowed: str) -> str:
        value = self.text()
        if value not in allowed:
            self.flawed("not_known", value=value, allowed=", ".join(allowed))
            return allowed[0]
        return value

    def flag(self) -> bool:
        return self.one_of("true", "false") == "true"

    def day(self) -> date:
        try:
            return date.fromisoformat(self.text())
        except ValueError:
            wrong = self.wrong("not_a_day")
        self.note(self.path, wrong)
        return date.min

    def number(self) -> Decimal:
        value = self.text()
        if not _NUMBER.fullmatch(value):
            self.flawed("not_a_number", value=value)
            return Decimal(0)
        return Decimal(value)

    def whole(self, most: int, least: int = 1) -> int:
        value = self.number()
        if value != int(value) or not least <= value <= most:
            self.flawed("not_a_whole_number", least=least, most=most)
            return least
        return int(value)


def path_of(steps: Iterable[str | int]) -> str:
    """The place to which names and numbers lead, as people read it."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)


def canonical_digest(tree: Tree | Mapping[str, Tree]) -> str:
    """``sha256:`` and the hex digest of the content as canonical JSON, keys in order."""
    content = json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(content.encode()).hexdigest()
