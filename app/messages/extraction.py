"""Which messages there must be, read from the source: for ``make messages`` and its test.

A class below its kind (``class SoldOut(Conflict)``) or declared with a ``code`` needs a title and
one sentence; with ``cases``, one for each.
A subject's own ``UnknownId`` sets cases only. Beside the classes there are the calls that name a
message by its key: ``Said("http:404")``, ``text("page:cause", …)``, and what is wrong with a member
of a request: ``refuse("LENGTH", "characters", …)``, ``invalid("/to", "REQUIRED")``. What is wrong
in a document has a key of its own and one of its remedy: ``part.wrong("missing", …)``,
``ExpressionError("table", …)``. A key that is chosen before the call (``"calculation:step"``) and
the keys in a template stand there in full.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import IO

from jinja2 import Environment, nodes

from behaviours.refusal import KINDS, UnknownId, code_of

# line, function name, message id, comments: as Babel's extractors answer.
Found = tuple[int, str, str, list[str]]


# Where a call names the code and the case of a sentence about a member of a request.
_FIELD_CALLS = {"said": 0, "refuse": 0, "invalid": 1}
_KEY_CALLS = {"Said", "text"}
# Before the case of a fault in a document, and the remedy where the call names none.
_FAULT_CALLS = {
    "fault": ("", ""),
    "wrong": ("", ""),
    "flawed": ("", ""),
    "ExpressionError": ("formula.", "formula"),
    "UnitError": ("unit.", "unit"),
}
_KINDS = {each.__name__ for each in KINDS}
# What SQL's ``text`` is called with has another form.
_KEY = re.compile(r"[a-z_]+:[\w.]+|[A-Z][A-Z0-9_]+(\.\w+)?")

_CHOSEN_KEY = re.compile(r"(calculation|picture):\w+")
_TEMPLATE_KEY = re.compile(
    r"(account|anchors|applying|catalogue|console|desk|docs|look|page|picture|privacy|register"
    r"|retention|verifications|wallet):[\w.]+"
)


def keys(file: IO[bytes], *_words: object, **_options: object) -> Iterator[Found]:
    """The keys of every message that a Python file asks for, with a word on where."""
    return keys_among(ast.walk(ast.parse(file.read())))


def keys_among(nodes_of_file: Iterable[ast.AST]) -> Iterator[Found]:
    """The keys that a Python file asks for, of which these are all nodes."""
    for node in nodes_of_file:
        if isinstance(node, ast.ClassDef):
            yield from ((node.lineno, "", key, _docstring(node)) for key in _of_class(node))
        elif isinstance(node, ast.Call):
            key = called(node) or step_named(node)
            yield from ((node.lineno, "", each, []) for each in ([key] if key else faults(node)))
        elif isinstance(node, ast.IfExp):
            yield from ((node.lineno, "", key, []) for key in _either(node))


def template_keys(file: IO[bytes], *_words: object, **_options: object) -> Iterator[Found]:
    """The keys in a template; one that ends with a point is the head of a family of keys."""
    for node in Environment(autoescape=True).parse(file.read().decode()).find_all(nodes.Const):
        if isinstance(node.value, str) and _TEMPLATE_KEY.fullmatch(node.value):
            yield node.lineno, "", node.value, []


def _either(choice: ast.IfExp) -> Iterator[str]:
    """Keys that are chosen between before the call that says one of them."""
    for each in (choice.body, choice.orelse):
        value = each.value if isinstance(each, ast.Constant) else None
        if isinstance(value, str) and _CHOSEN_KEY.fullmatch(value):
            yield value


def called(call: ast.Call) -> str | None:
    """The key that a call names, if it names one by constants."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    constants = [each.value if isinstance(each, ast.Constant) else None for each in call.args]
    given = [each if isinstance(each, str) else None for each in constants]
    if name in _KEY_CALLS and given and given[0]:
        return given[0] if _KEY.fullmatch(given[0]) else None
    if name in _FIELD_CALLS:
        code, case = (*given[_FIELD_CALLS[name] :], None, None)[:2]
        if code:
            return f"field:{code}.{case}" if case else f"field:{code}"
    return None


def step_named(call: ast.Call) -> str | None:
    """The key of the step that a route states: ``allow("operator", step="bundle.cancel")``."""
    if not (isinstance(call.func, ast.Name) and call.func.id == "allow"):
        return None
    stated = [each.value for each in call.keywords if each.arg == "step"]
    named = stated[0].value if stated and isinstance(stated[0], ast.Constant) else None
    return f"step:{named}" if isinstance(named, str) else None


def faults(call: ast.Call) -> list[str]:
    """The keys of what is wrong in a document and of the remedy, if a call names them."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    name = call.func.id if isinstance(call.func, ast.Name) else name
    case = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
    if name not in _FAULT_CALLS or not isinstance(case, str):
        return []
    head, mend = _FAULT_CALLS[name]
    for each in call.keywords:
        if each.arg == "mend" and isinstance(each.value, ast.Constant):
            mend = str(each.value.value)
    return [f"fault:{head}{case}", f"mend:{mend or case}"]


def _of_class(node: ast.ClassDef) -> list[str]:
    above = {each.id for each in node.bases if isinstance(each, ast.Name)}
    cases, code = _cases(node), _code(node, above)
    if code:
        return [f"title:{code}", *([f"{code}.{case}" for case in cases] or [code])]
    return [f"{UnknownId.code}.{case}" for case in cases if UnknownId.__name__ in above]


def _code(node: ast.ClassDef, above: set[str]) -> str | None:
    """The code of its own that a class of a refusal has."""
    for each in node.keywords:
        if each.arg == "code":
            return str(ast.literal_eval(each.value))
    return code_of(node.name) if above & _KINDS else None


def _docstring(node: ast.ClassDef) -> list[str]:
    return (ast.get_docstring(node) or "").splitlines()[:1]


def _cases(node: ast.ClassDef) -> tuple[str, ...]:
    """The cases that the class itself sets, in its order."""
    for each in node.body:
        if isinstance(each, ast.Assign):
            name, value = each.targets[0], each.value
        elif isinstance(each, ast.AnnAssign) and each.value:
            name, value = each.target, each.value
        else:
            continue
        if isinstance(name, ast.Name) and name.id == "cases":
            return tuple(ast.literal_eval(value))
    return ()
