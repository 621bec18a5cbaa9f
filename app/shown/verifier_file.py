"""The stand-alone verifier: one Python file, made of the rules' own modules and the factor series.

The modules travel unaltered, so that the file computes as the service does; it needs Python 3.11
and nothing else.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from behaviours.json_value import JsonObject
from behaviours.rules.factors import FactorBook, shipped_factors
from behaviours.rules.units import Unit, parse_unit

CORE = "behaviours.actions.verification"
_TEMPLATE = Path(__file__).with_name("verifier_template.txt")


@lru_cache(maxsize=1)
def verifier_file() -> str:
    """The text of the stand-alone verifier of this release."""
    modules = "\n".join(f"    {name!r}: {_literal(text)}," for name, text in _modules().items())
    template = _TEMPLATE.read_text(encoding="utf-8")
    book = json.dumps(packed(shipped_factors()), ensure_ascii=False, indent=0)
    return (
        template.replace("{{MODULES}}", modules)
        .replace("{{CORE}}", CORE)
        .replace("{{BOOK}}", _literal(book))
    )


def packed(book: FactorBook) -> JsonObject:
    """The factor series as plain JSON; ``unpacked`` of the verifier's template reads it back.

    Whatever a factor consists of travels along: the shape of the series is theirs to change.
    """
    table: list[Any] = []
    seen: dict[int, int] = {}
    root = _packed(book, table, seen)
    return {"objects": table, "root": root}


def _packed(value: Any, table: list[Any], seen: dict[int, int]) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Unit) and parse_unit(value.text) == value:
        return {"unit": value.text}
    if isinstance(value, Decimal | Fraction):
        return {type(value).__name__: str(value)}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, Mapping):
        pairs = [
            [_packed(key, table, seen), _packed(inner, table, seen)] for key, inner in value.items()
        ]
        return {"map": pairs}
    if isinstance(value, list | tuple | frozenset | set):
        inside = sorted(value) if isinstance(value, set | frozenset) else value
        return {type(value).__name__: [_packed(inner, table, seen) for inner in inside]}
    assert is_dataclass(value), f"{value!r} cannot travel in the verifier"
    if id(value) not in seen:
        kind = type(value)
        made = {
            each.name: _packed(getattr(value, each.name), table, seen)
            for each in fields(value)
            if each.init
        }
        seen[id(value)] = len(table)
        table.append([kind.__module__, kind.__qualname__, made])
    return {"object": seen[id(value)]}


def _modules() -> dict[str, str]:
    """Name and source of every module that the core needs, each after those that it imports."""
    found: dict[str, str] = {}

    def visit(name: str) -> None:
        if name in found:
            return
        spec = find_spec(name)
        assert spec is not None, f"there is no module {name}"
        assert spec.origin is not None, f"{name} has no file"
        source = Path(spec.origin).read_text(encoding="utf-8")
        for needed in _imported(source):
            visit(needed)
        found[name] = source

    visit(CORE)
    return found


def _imported(source: str) -> Iterator[str]:
    """The project's own modules that a source imports."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.ImportFrom) or node.module is None:
            continue
        if node.module.partition(".")[0] in ("app", "behaviours", "rewards"):
            yield from _named(node.module, [alias.name for alias in node.names])


def _named(module: str, names: Sequence[str]) -> Iterator[str]:
    """What ``from module import names`` reads: of a package those of its modules that it names."""
    spec = find_spec(module)
    assert spec is not None, f"there is no module {module}"
    if spec.submodule_search_locations is None:
        yield module
        return
    for name in names:
        within = f"{module}.{name}"
        yield within if find_spec(within) is not None else module


def _literal(text: str) -> str:
    """A literal that people can read: raw where the text allows it."""
    raw = f"r'''{text}'''"
    if "'''" not in text and not text.endswith(("\\", "'")) and ast.literal_eval(raw) == text:
        return raw
    return repr(text)
