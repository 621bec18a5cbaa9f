"""Which messages there must be: read from the classes of refusals, for ``pybabel extract``.

A class that sets ``code`` needs a title and one sentence; with ``cases``, one for each of them.
A subject's own ``UnknownId`` sets cases only.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from typing import IO, Any

# line, function name, message id, comments: as Babel's extractors answer.
Found = tuple[int, str, str, list[str]]


def refusals(
    file: IO[bytes],
    _keywords: Mapping[str, Any],
    _tags: Collection[str],
    _options: Mapping[str, Any],
) -> Iterator[Found]:
    """The keys of every refusal that a Python file defines, with what its docstring says."""
    for node in ast.walk(ast.parse(file.read())):
        if not isinstance(node, ast.ClassDef):
            continue
        said = _constants(node)
        code, cases = said.get("code"), said.get("cases") or ()
        if isinstance(code, str) and code != "REFUSED" and "kind" in said:
            comment = (ast.get_docstring(node) or "").splitlines()[:1]
            for key in (f"title:{code}", *([f"{code}.{case}" for case in cases] or [code])):
                yield node.lineno, "", key, comment
        elif any(isinstance(base, ast.Name) and base.id == "UnknownId" for base in node.bases):
            yield from ((node.lineno, "", f"NOT_FOUND.{case}", []) for case in cases)


def _constants(node: ast.ClassDef) -> dict[str, Any]:
    """The class's own constants by name; what is no literal stands as None."""
    found: dict[str, Any] = {}
    for each in node.body:
        if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name):
            name, value = each.targets[0].id, each.value
        elif isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name) and each.value:
            name, value = each.target.id, each.value
        else:
            continue
        found[name] = (
            ast.literal_eval(value) if isinstance(value, ast.Constant | ast.Tuple) else None
        )
    return found
