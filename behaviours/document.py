"""Reading what people write: every value stays the text that was written, with its place.

Rules, examples, factor series, earning policies and mappings of files are YAML of plain mappings,
lists and texts. Nothing is guessed: ``0.10`` stays the text ``0.10`` and a date its text. Anchors,
aliases, tags, doubled names and deep nesting are refused while the document is still a stream of
events, so that a few lines can never become more than they are. Nothing else here reads YAML.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Concatenate, ParamSpec, Self, TypeAlias, TypeVar, cast

import yaml

from behaviours.refusal import Invalid
from behaviours.said import DocumentFault, fault

SIZE_MAX = 262_144
DEPTH_MAX = 12
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{kind}"
    for kind in ("str", "int", "float", "bool", "null", "timestamp", "value", "seq", "map")
)

Tree: TypeAlias = str | list["Tree"] | dict[str, "Tree"]
Found = TypeVar("Found")
Given = ParamSpec("Given")
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
        if any(each is _LOST for each in (*args, *kwargs.values())):
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


@dataclass(frozen=True, slots=True)
class Part:
    """A value of a document with its place, and the checks that name that place.

    With ``faults`` a value that cannot be read is noted there, and a stand-in given; without
    one it is refused at once.
    """

    source: str
    path: str
    value: Tree
    lines: dict[str, int]
    error: type[DocumentError]
    # The place again, as the JSON pointer has it.
    steps: tuple[str | int, ...] = field(default=(), kw_only=True)
    faults: Faults | None = field(default=None, kw_only=True)

    def wrong(self, case: str, **facts: Any) -> DocumentError:
        """What is wrong with the value, by a case of the catalogues and the facts it speaks of."""
        return self.faulty(fault(case, **facts))

    def faulty(self, wrong: DocumentFault) -> DocumentError:
        made = self.error(self.source, self.lines.get(self.path, 1), self.path, wrong)
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
        path = f"{self.path}.{name}"
        if not self.has(name):
            if self.faults is not None:
                self.faults.follows(self.path, path)
            self.note(path, self.wrong("missing", name=name))
            return replace(self, path=path, value="", steps=(*self.steps, name))
        assert isinstance(self.value, dict)
        return self._inner(path, self.value[name], name)

    def _inner(self, path: str, value: Tree, key: str | int) -> Self:
        # Written out, which is quicker: a catalogue has a hundred thousand parts.
        steps, faults = (*self.steps, key), self.faults
        return type(self)(
            self.source, path, value, self.lines, self.error, steps=steps, faults=faults
        )

    def maybe(self, name: str) -> Self | None:
        return self.at(name) if self.has(name) else None

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
        for name in self.value:
            yield name, self.at(name)

    def each(self) -> Iterator[Self]:
        if not isinstance(self.value, list):
            return self.flawed("not_a_list")
        for index, value in enumerate(self.value):
            yield self._inner(f"{self.path}[{index}]", value, index)

    def text(self) -> str:
        if not isinstance(self.value, str) or not self.value.strip():
            self.flawed("not_a_text")
            return ""
        return self.value.strip()

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
        body = value.removeprefix("-")
        whole, _, rest = body.partition(".")
        fine = body.isascii() and whole.isdigit() and (not rest or rest.isdigit())
        if not fine or body.endswith(".") or len(body) > 40:
            self.flawed("not_a_number", value=value)
            return Decimal(0)
        return Decimal(value)

    def whole(self, most: int, least: int = 1) -> int:
        value = self.number()
        if value != int(value) or not least <= value <= most:
            self.flawed("not_a_whole_number", least=least, most=most)
            return least
        return int(value)


def read_tree(text: str, source: str, error: type[DocumentError]) -> Part:
    """The mapping that a document is, every value a text; ``error`` says at which line it is not.

    ``text`` has at most ``SIZE_MAX`` characters and ``DEPTH_MAX`` levels.
    """
    node = _composed(text, source, error)
    if not isinstance(node, yaml.MappingNode):
        raise error(source, 1, "", fault("no_names"))
    return _Reading(source, error).part(node)


def read_plain(text: str, source: str, error: type[DocumentError]) -> Any:
    """The content with YAML's own numbers, dates and truths, checked as ``read_tree`` does.

    For documents whose digest was published over these; None when there is nothing in it.
    """
    node = _composed(text, source, error)
    if node is None:
        return None
    _Reading(source, error).part(node)
    try:
        return _LOADER("").construct_document(node)
    except (yaml.YAMLError, ValueError, OverflowError) as problem:
        # Such as a date with a thirteenth month, or a number of a million digits.
        raise error(source, 1, "", fault("not_plain", reason=str(problem))) from None


def _composed(text: str, source: str, error: type[DocumentError]) -> yaml.Node | None:
    if len(text) > SIZE_MAX:
        raise error(source, 1, "", fault("too_long", most=SIZE_MAX))
    try:
        _check_events(text, source, error)
        found: yaml.Node | None = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as broken:
        mark = getattr(broken, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        reason = str(getattr(broken, "problem", None) or type(broken).__name__)
        raise error(source, line, "", fault("not_yaml", reason=reason)) from None
    return found


def _check_events(text: str, source: str, error: type[DocumentError]) -> None:
    """Refuse anchors, aliases and deep nesting while it is still a stream of events.

    libyaml's composer calls itself once a level and takes the whole process with it when the
    stack ends; reading events needs no stack. An alias that stands for a list of aliases makes
    gigabytes of a few lines.
    """
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            raise error(source, line, "", fault("anchor"))
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEPTH_MAX:
                raise error(source, line, "", fault("too_deep", most=DEPTH_MAX))
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def canonical_digest(tree: Tree | Mapping[str, Tree]) -> str:
    """``sha256:`` and the hex digest of the content as canonical JSON, keys in order."""
    content = json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(content.encode()).hexdigest()


class _Reading:
    def __init__(self, source: str, error: type[DocumentError]) -> None:
        self.source, self.error = source, error
        self.lines: dict[str, int] = {}

    def part(self, root: yaml.Node) -> Part:
        return Part(self.source, "", self._tree(root, ""), self.lines, self.error)

    def _tree(self, node: yaml.Node, path: str) -> Tree:
        line = self.lines[path] = node.start_mark.line + 1
        if node.tag not in _PLAIN_TAGS:
            raise self.error(self.source, line, path, fault("tag"))
        if isinstance(node, yaml.ScalarNode):
            return str(node.value)
        if isinstance(node, yaml.SequenceNode):
            return [self._tree(n, f"{path}[{i}]") for i, n in enumerate(node.value)]
        assert isinstance(node, yaml.MappingNode)
        tree: dict[str, Tree] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode) or key.tag not in _PLAIN_TAGS:
                raise self.error(self.source, line, path, fault("name_not_a_text"))
            if key.value in tree:
                doubled = fault("name_doubled", name=key.value)
                raise self.error(self.source, line, path, doubled)
            tree[str(key.value)] = self._tree(value, f"{path}.{key.value}")
        return tree
