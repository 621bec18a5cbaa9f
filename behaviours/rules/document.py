"""Reading a rule document: every value stays the text that was written, and knows its place.

A document is YAML of plain mappings, lists and texts. Nothing is guessed: ``0.10`` stays the text
``0.10``, a date stays its text, and anchors, tags and doubled names are refused. The digest is
taken over the content in canonical JSON, so that comments and layout do not change it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from behaviours.refusal import Kind, Refusal
from behaviours.rules.units import Unit, UnitError, parse_unit

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{kind}"
    for kind in ("str", "int", "float", "bool", "null", "timestamp", "value")
)
_SIZE_MAX = 262_144
_DEPTH_MAX = 12

Tree = str | list[Any] | dict[str, Any]


class DocumentError(Refusal):
    """A rule document that cannot be used; names file, line, field and what to do."""

    kind = Kind.INVALID
    code = "INVALID_METHODOLOGY"
    # Somewhere in the document, or in it as a whole.
    cases = ("field", "document")

    def __init__(self, source: str, line: int, field: str, problem: str, remedy: str) -> None:
        field = field.removeprefix(".")
        super().__init__(
            "field" if field else "document",
            file=source,
            line=line,
            field=field,
            problem=problem,
            remedy=remedy,
        )


@dataclass(frozen=True, slots=True)
class Part:
    """A value of a document with its place, and the checks that name that place."""

    source: str
    path: str
    value: Tree
    lines: dict[str, int]

    def wrong(self, problem: str, remedy: str) -> DocumentError:
        line = self.lines.get(self.path, 1)
        return DocumentError(self.source, line, self.path, problem, remedy)

    def has(self, name: str) -> bool:
        return isinstance(self.value, dict) and name in self.value

    def at(self, name: str) -> Part:
        """The named value; refused when it is missing."""
        if not self.has(name):
            raise self.wrong(f"{name!r} is missing", f"Add {name}: to this place.")
        assert isinstance(self.value, dict)
        return Part(self.source, f"{self.path}.{name}", self.value[name], self.lines)

    def maybe(self, name: str) -> Part | None:
        return self.at(name) if self.has(name) else None

    def only(self, *names: str) -> None:
        """Refuse any name that is not listed: a misspelt field must not be silently ignored."""
        if not isinstance(self.value, dict):
            raise self.wrong("a mapping is expected", f"Write {', '.join(names)} under it.")
        for name in self.value:
            if name not in names:
                raise self.at(name).wrong(
                    "no such field", f"Remove it or use one of: {', '.join(names)}."
                )

    def items(self) -> Iterator[tuple[str, Part]]:
        if not isinstance(self.value, dict):
            raise self.wrong("a mapping is expected", "Write name: value pairs under it.")
        for name in self.value:
            yield name, self.at(name)

    def each(self) -> Iterator[Part]:
        if not isinstance(self.value, list):
            raise self.wrong("a list is expected", "Write its parts with leading dashes.")
        for index, value in enumerate(self.value):
            yield Part(self.source, f"{self.path}[{index}]", value, self.lines)

    def text(self) -> str:
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.wrong("a text is expected", "Write it, or say honestly what is missing.")
        return self.value.strip()

    def one_of(self, *allowed: str) -> str:
        value = self.text()
        if value not in allowed:
            raise self.wrong(f"{value!r} is not known here", f"Use one of: {', '.join(allowed)}.")
        return value

    def flag(self) -> bool:
        return self.one_of("true", "false") == "true"

    def day(self) -> date:
        try:
            return date.fromisoformat(self.text())
        except ValueError:
            raise self.wrong("not a date", "Write it as 2024-10-01.") from None

    def number(self) -> Decimal:
        value = self.text()
        body = value.removeprefix("-")
        whole, _, rest = body.partition(".")
        fine = body.isascii() and whole.isdigit() and (not rest or rest.isdigit())
        if not fine or body.endswith(".") or len(body) > 40:
            raise self.wrong(
                f"{value!r} is not a plain decimal number", 'Write digits and a point, as "0.046".'
            )
        return Decimal(value)

    def whole(self, most: int) -> int:
        value = self.number()
        if value != int(value) or not 0 < value <= most:
            raise self.wrong("not a usable whole number", f"Use a whole number from 1 to {most}.")
        return int(value)

    def unit(self) -> Unit:
        try:
            return parse_unit(self.text())
        except UnitError as error:
            raise self.wrong(str(error), "Use a unit such as kg, kWh, trip, kgCO2e/kWh.") from None


def read_document(text: str, source: str) -> Part:
    """Parse a rule document; DocumentError says at which line it cannot be read."""
    if len(text) > _SIZE_MAX:
        raise DocumentError(source, 1, "", f"over {_SIZE_MAX} characters", "Split the document.")
    try:
        _check_depth(text, source)
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        problem = getattr(error, "problem", None) or "not readable as YAML"
        raise DocumentError(source, line, "", str(problem), "Mend the layout there.") from None
    if not isinstance(node, yaml.MappingNode):
        raise DocumentError(source, 1, "", "the document is empty", "Start with code: and version:")
    return _Reading(source).part(node)


def _check_depth(text: str, source: str) -> None:
    """Refuse deep nesting while it is still a stream of events.

    libyaml's composer calls itself once a level and takes the whole process with it when the
    stack ends; reading events needs no stack.
    """
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEPTH_MAX:
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise DocumentError(source, line, "", "nested too deeply", "Flatten it.")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def canonical_digest(tree: Tree) -> str:
    """``sha256:`` and the hex digest of the content as canonical JSON, keys in order."""
    content = json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(content.encode()).hexdigest()


class _Reading:
    def __init__(self, source: str) -> None:
        self.source = source
        self.lines: dict[str, int] = {}
        self.seen: set[int] = set()

    def part(self, root: yaml.Node) -> Part:
        return Part(self.source, "", self._tree(root, "", 0), self.lines)

    def _tree(self, node: yaml.Node, path: str, depth: int) -> Tree:
        line = self.lines[path] = node.start_mark.line + 1
        if id(node) in self.seen or depth > _DEPTH_MAX:
            raise DocumentError(
                self.source, line, path, "an alias or too deep a nesting", "Write it out plainly."
            )
        self.seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            if node.tag not in _PLAIN_TAGS:
                raise DocumentError(self.source, line, path, "a tag", "Remove the tag.")
            return str(node.value)
        if isinstance(node, yaml.SequenceNode):
            return [self._tree(n, f"{path}[{i}]", depth + 1) for i, n in enumerate(node.value)]
        assert isinstance(node, yaml.MappingNode)
        tree: dict[str, Any] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode) or key.value in tree:
                raise DocumentError(
                    self.source, line, path, "a name is doubled or no text", "Name it once."
                )
            tree[str(key.value)] = self._tree(value, f"{path}.{key.value}", depth + 1)
        return tree
