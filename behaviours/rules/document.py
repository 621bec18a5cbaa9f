"""Rule documents: YAML read as texts with their places, and units among them.

The digest is taken over the content in canonical JSON, so that comments and layout do not change
it: ``behaviours.document.canonical_digest``.
"""

from __future__ import annotations

from collections.abc import Mapping

from behaviours.document import DocumentError, DocumentOrigin, Part, Tree, ValueLines
from behaviours.rules.units import ONE, Unit, UnitError, parse_unit
from behaviours.yaml_text import read_tree


class InvalidMethodology(DocumentError, code="INVALID_METHODOLOGY"):
    """A rule document that cannot be used; names file, line, field and what to do."""

    cases = ("field", "document")


def read_document(text: str, source: str) -> Part:
    """Parse a rule document; InvalidMethodology says at which line it cannot be read."""
    return read_tree(text, source, InvalidMethodology)


def document_of(tree: Mapping[str, Tree]) -> Part:
    """A document that has been read before, such as an exported one; it knows no lines."""
    return Part(dict(tree), DocumentOrigin("document", InvalidMethodology, ValueLines()))


def read_unit(part: Part) -> Unit:
    """The unit that a document writes, such as kgCO2e/kWh."""
    try:
        return parse_unit(part.text())
    except UnitError as error:
        wrong = part.faulty(error.fault)
    part.note(part.path, wrong)
    return ONE
