"""Reading what people write: every value stays the text that was written, with its place.

Rules, examples, factor series, earning policies and mappings of files are YAML of plain mappings,
lists and texts. Nothing is guessed: ``0.10`` stays the text ``0.10`` and a date its text. Anchors,
aliases, tags, doubled names and deep nesting are refused while the document is still a stream of
events, so that a few lines can never become more than they are. Nothing else here reads YAML.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Self, TypeAlias

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


@dataclass(frozen=True, slots=True)
class Part:
    """A value of a document with its place, and the checks that name that place."""

    source: str
    path: str
    value: Tree
    lines: dict[str, int]
    error: type[DocumentError]

    def wrong(self, case: str, **facts: Any) -> DocumentError:
        """What is wrong with the value, by a case of the catalogues and the facts it speaks of."""
        return self.faulty(fault(case, **facts))

    def faulty(self, wrong: DocumentFault) -> DocumentError:
        return self.error(self.source, self.lines.get(self.path, 1), self.path, wrong)

    def has(self, name: str) -> bool:
        return isinstance(self.value, dict) and name in self.value

    def at(self, name: str) -> Self:
        """The named value; refused when it is missing."""
        if not self.has(name):
            raise self.wrong("missing", name=name)
        assert isinstance(self.value, dict)
        return self._inner(f"{self.path}.{name}", self.value[name], name)

    def _inner(self, path: str, value: Tree, key: str | int) -> Self:  # noqa: ARG002 - of plain
        return replace(self, path=path, value=value)

    def maybe(self, name: str) -> Self | None:
        return self.at(name) if self.has(name) else None

    def only(self, *names: str) -> None:
        """Refuse any name that is not listed: a misspelt field must not be silently ignored."""
        if not isinstance(self.value, dict):
            raise self.wrong("not_fields", names=", ".join(names))
        for name in self.value:
            if name not in names:
                raise self.at(name).wrong("no_such_field", names=", ".join(names))

    def items(self) -> Iterator[tuple[str, Self]]:
        if not isinstance(self.value, dict):
            raise self.wrong("not_a_mapping")
        for name in self.value:
            yield name, self.at(name)

    def each(self) -> Iterator[Self]:
        if not isinstance(self.value, list):
            raise self.wrong("not_a_list")
        for index, value in enumerate(self.value):
            yield self._inner(f"{self.path}[{index}]", value, index)

    def text(self) -> str:
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.wrong("not_a_text")
        return self.value.strip()

    def one_of(self, *allowed: str) -> str:
        value = self.text()
        if value not in allowed:
            raise self.wrong("not_known", value=value, allowed=", ".join(allowed))
        return value

    def flag(self) -> bool:
        return self.one_of("true", "false") == "true"

    def day(self) -> date:
        try:
            return date.fromisoformat(self.text())
        except ValueError:
            raise self.wrong("not_a_day") from None

    def number(self) -> Decimal:
        value = self.text()
        body = value.removeprefix("-")
        whole, _, rest = body.partition(".")
        fine = body.isascii() and whole.isdigit() and (not rest or rest.isdigit())
        if not fine or body.endswith(".") or len(body) > 40:
            raise self.wrong("not_a_number", value=value)
        return Decimal(value)

    def whole(self, most: int, least: int = 1) -> int:
        value = self.number()
        if value != int(value) or not least <= value <= most:
            raise self.wrong("not_a_whole_number", least=least, most=most)
        return int(value)


@dataclass(frozen=True, slots=True)
class PlainPart(Part):
    """A value whose type is YAML's own: ``1000`` is a number and ``"1000"`` is none."""

    plain: Any

    def _inner(self, path: str, value: Tree, key: str | int) -> Self:
        return replace(self, path=path, value=value, plain=self.plain[key])

    def text(self) -> str:
        if not isinstance(self.plain, str) or not self.plain.strip():
            raise self.wrong("plain.not_a_text")
        return self.plain.strip()

    def flag(self) -> bool:
        if not isinstance(self.plain, bool):
            raise self.wrong("plain.not_a_flag")
        return self.plain

    def day(self) -> date:
        # A moment is a date, too, for Python.
        if type(self.plain) is not date:
            raise self.wrong("plain.not_a_day")
        return self.plain

    def number(self) -> Decimal:
        # True is a whole number, too, for Python.
        if type(self.plain) is not int:
            raise self.wrong("plain.not_a_number")
        return Decimal(self.plain)


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


def read_plain_tree(text: str, source: str, error: type[DocumentError]) -> PlainPart:
    """The mapping that a document is, as ``read_tree``, with the values of ``read_plain``."""
    part = read_tree(text, source, error)
    plain = read_plain(text, source, error)
    _check_names(part, plain)
    return PlainPart(source, "", part.value, part.lines, error, plain)


def _check_names(part: Part, plain: Any) -> None:
    """Refuse names that YAML takes for a number, a date or a truth: they are found as texts."""
    if isinstance(part.value, dict):
        for name, inner in part.items():
            if name not in plain:
                raise inner.wrong("name_not_a_text")
            _check_names(inner, plain[name])
    elif isinstance(part.value, list):
        for each, value in zip(part.each(), plain, strict=True):
            _check_names(each, value)


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
