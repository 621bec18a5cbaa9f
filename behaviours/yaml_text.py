"""Reading what people write: every value stays the text that was written, with its place.

Rules, examples, factor series, earning policies and mappings of files are YAML of plain mappings,
lists and texts. Nothing is guessed: ``0.10`` stays the text ``0.10`` and a date its text. Anchors,
aliases, tags, doubled names and deep nesting are refused while the document is still a stream of
events, so that a few lines can never become more than they are. Nothing else here reads YAML.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, TypeGuard, cast

import yaml
from yaml import MappingEndEvent, ScalarEvent, SequenceEndEvent

from behaviours.document import DocumentError, DocumentOrigin, Part, Tree, ValueLines, path_of
from behaviours.json_value import JsonObject
from behaviours.said import DocumentFault, fault

SIZE_MAX = 262_144
DEPTH_MAX = 12
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{kind}"
    for kind in ("str", "int", "float", "bool", "null", "timestamp", "value", "seq", "map")
)
# Tells YAML to work the tag out itself, as it does where there is none.
_NO_TAG = (None, "!")
# What unquoted stands for another mapping's names: no text, whatever it looks like.
_MERGE = "<<"
# What ends a line for YAML and not for JSON: there it would be folded into a blank.
_BREAKS = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")


def text_of(sent: JsonObject) -> str:
    """A document that came as JSON, as a text that is read like any other."""
    written = json.dumps(sent, ensure_ascii=False, indent=1)
    return _BREAKS.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


def read_tree(text: str, source: str, error: type[DocumentError]) -> Part:
    """The mapping that a document is, every value a text; ``error`` says at which line it is not.

    ``text`` has at most ``SIZE_MAX`` characters and ``DEPTH_MAX`` levels.
    """
    reading = _Reading(source, error)
    tree = reading.document(text)
    if not isinstance(tree, dict):
        raise error(source, 1, "", fault("no_names"))
    return Part(
        tree, DocumentOrigin(source, error, ValueLines(partial(_by_path, tree, reading.lines)))
    )


def read_plain(text: str, source: str, error: type[DocumentError]) -> Any:
    """The content with YAML's own numbers, dates and truths, checked as ``read_tree`` does.

    For documents whose digest was published over these; None when there is nothing in it.
    """
    _Reading(source, error).document(text)
    try:
        return yaml.load(text, Loader=_LOADER)  # noqa: S506 - the safe one, of either make
    except (yaml.YAMLError, ValueError, OverflowError) as problem:
        # Such as a date with a thirteenth month, or a number of a million digits.
        raise error(source, 1, "", fault("not_plain", reason=str(problem))) from None


class _Reading:
    """One pass over the events of a text: the tree is made while they are looked at.

    libyaml's composer calls itself once a level and takes the whole process with it when the
    stack ends; here the depth is known before a level is entered. An alias that stands for a list
    of aliases makes gigabytes of a few lines.
    """

    def __init__(self, source: str, error: type[DocumentError]) -> None:
        self.source, self.error = source, error
        # Where the values begin, in the order in which they stand in the text.
        self.lines: list[int] = []
        # What leads to the value that is being read: by depth, the name or number at each.
        self._trail: list[str | int] = [""] * DEPTH_MAX

    def document(self, text: str) -> Tree | None:
        """The tree of the only document of ``text``; None when there is nothing in it."""
        if len(text) > SIZE_MAX:
            raise self.error(self.source, 1, "", fault("too_long", most=SIZE_MAX))
        try:
            loader = _LOADER(text)
            try:
                return self._only_document(loader.get_event)
            finally:
                loader.dispose()
        except yaml.YAMLError as broken:
            mark = getattr(broken, "problem_mark", None)
            line = mark.line + 1 if mark is not None else 1
            reason = str(getattr(broken, "problem", None) or type(broken).__name__)
            raise self.error(self.source, line, "", fault("not_yaml", reason=reason)) from None

    def _only_document(self, following: Callable[[], yaml.Event]) -> Tree | None:
        self._following = following
        following()
        if isinstance(following(), yaml.StreamEndEvent):
            return None
        tree = self._tree(following(), 0)
        following()
        if not isinstance(after := following(), yaml.StreamEndEvent):
            line = 1 if after.start_mark is None else after.start_mark.line + 1
            raise self._wrong(line, "", fault("not_yaml", reason="but found another document"))
        return tree

    def _tree(self, event: yaml.Event, depth: int) -> Tree:
        if _is_plain(event):
            mark = event.start_mark
            self.lines.append(1 if mark is None else mark.line + 1)
            return event.value
        line = self._begins(event)
        self.lines.append(line)
        if type(event) is ScalarEvent:
            if not _is_text(event):
                raise self._wrong(line, self._path(depth), fault("tag"))
            return str(event.value)
        assert isinstance(event, yaml.CollectionStartEvent)
        if depth == DEPTH_MAX:
            raise self._wrong(line, "", fault("too_deep", most=DEPTH_MAX))
        if event.tag not in _NO_TAG and event.tag not in _PLAIN_TAGS:
            raise self._wrong(line, self._path(depth), fault("tag"))
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(depth)
        found: list[Tree] = []
        while type(each := self._following()) is not SequenceEndEvent:
            self._trail[depth] = len(found)
            found.append(self._tree(each, depth + 1))
        return found

    def _mapping(self, depth: int) -> Tree:
        found: dict[str, Tree] = {}
        following, trail = self._following, self._trail
        while type(key := following()) is not MappingEndEvent:
            name = key.value if _is_plain(key) else self._name(key, depth)
            if name in found:
                wrong = fault("name_doubled", name=name)
                raise self._wrong(self._begins(key), self._path(depth), wrong)
            trail[depth] = name
            found[name] = self._tree(following(), depth + 1)
        return found

    def _name(self, key: yaml.Event, depth: int) -> str:
        line = self._begins(key)
        if type(key) is not ScalarEvent or not _is_text(key):
            raise self._wrong(line, self._path(depth), fault("name_not_a_text"))
        return str(key.value)

    def _begins(self, event: yaml.Event) -> int:
        """The line where a value begins; refused where it has an anchor or stands for one."""
        mark = event.start_mark
        line = 1 if mark is None else mark.line + 1
        # Only what can have an anchor is ever asked for.
        if cast("yaml.NodeEvent", event).anchor is not None:
            raise self._wrong(line, "", fault("anchor"))
        return line

    def _path(self, depth: int) -> str:
        return path_of(self._trail[:depth])

    def _wrong(self, line: int, path: str, wrong: DocumentFault) -> DocumentError:
        return self.error(self.source, line, path, wrong)


def _is_plain(event: yaml.Event) -> TypeGuard[ScalarEvent]:
    """Whether it is what nearly every value and name is: a text without anchor and tag."""
    if type(event) is not ScalarEvent:
        return False
    return event.tag is None and event.anchor is None and event.value != _MERGE


def _is_text(event: yaml.ScalarEvent) -> bool:
    """Whether it is of a kind that can stay the text that was written."""
    if event.tag in _NO_TAG:
        return event.value != _MERGE or not event.implicit[0]
    return event.tag in _PLAIN_TAGS


def _by_path(tree: Tree, lines: Sequence[int]) -> dict[str, int]:
    """The line of every value by its path: values are met again as they stand in the text."""
    return dict(zip(_paths(tree, ""), lines, strict=True))


def _paths(tree: Tree, path: str) -> Iterator[str]:
    yield path
    if isinstance(tree, dict):
        for name, value in tree.items():
            yield from _paths(value, path + path_of([name]))
    elif isinstance(tree, list):
        for index, value in enumerate(tree):
            yield from _paths(value, path + path_of([index]))
