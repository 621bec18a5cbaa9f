"""Check a rule document as it was sent: YAML, or the same as JSON with every figure as text."""

from __future__ import annotations

from typing import Any

from behaviours.actions.shipped import load_version
from behaviours.document import DocumentError
from behaviours.json_value import JsonObject
from behaviours.refusal import Invalid
from behaviours.rules.factors import FactorBook
from behaviours.rules.methodology import Version
from behaviours.yaml_text import text_of


class NotAText(Invalid, code="FIGURE_NOT_A_TEXT"):
    """The document or its examples hold something that is not text, such as a JSON number."""

    cases = ("number", "too_deep")


class AnotherMethodology(Invalid, code="METHODOLOGY_NAME_DIFFERS"):
    """The document names another code or version than the caller."""


_DOCUMENT = "methodology.yaml"
_POINTERS = {_DOCUMENT: "/document", "examples.yaml": "/examples"}


def document_text(sent: str | JsonObject, pointer: str) -> str:
    """The text of a document; raises NotAText for JSON that holds numbers, which lose digits."""
    if isinstance(sent, str):
        return sent
    _only_texts(sent, pointer, 0)
    return text_of(sent)


def check_document(
    code: str, version: str | None, document: str, examples: str, book: FactorBook | None = None
) -> Version:
    """The version that the texts state, compiled, with examples that come out to the milligram.

    Raises DocumentError, which names file, line, field and remedy of every fault, and
    AnotherMethodology.
    """
    try:
        found = load_version(document, examples, _DOCUMENT, book, new=True)
    except DocumentError as wrong:
        for each in wrong.all:
            each.pointer = _POINTERS.get(each.facts["file"], "") + each.pointer
        raise
    if found.code != code or version not in (None, found.version):
        wanted = f"{code}@{version}" if version else code
        raise AnotherMethodology(pointer="/document", methodology=found.label, wanted=wanted)
    return found


def _only_texts(value: Any, pointer: str, depth: int) -> None:
    if depth > 20:
        raise NotAText("too_deep", pointer=pointer)
    if isinstance(value, dict):
        for name, inner in value.items():
            step = str(name).replace("~", "~0").replace("/", "~1")
            _only_texts(inner, f"{pointer}/{step}", depth + 1)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _only_texts(inner, f"{pointer}/{index}", depth + 1)
    elif not isinstance(value, str | bool):
        raise NotAText("number", pointer=pointer)
