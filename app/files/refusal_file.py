"""The refusal file: a CSV that says which line was refused, and why."""

from __future__ import annotations

import csv
from collections.abc import Callable
from typing import TextIO

from app.messages.catalogues import DEFAULT, sentence
from behaviours.files.outcome import Flaw

HEADER = ("line", "code", "pointer", "reason", "external_id")
# With a byte order mark, because spreadsheets are what refusals are read with.
ENCODING = "utf-8-sig"


def refusal_writer(opened: TextIO, language: str = DEFAULT) -> Callable[[Flaw], None]:
    """Writes the header now and a line, in a language, for every flaw that it is called with."""
    writer = csv.writer(opened)
    writer.writerow(HEADER)

    def write(flaw: Flaw) -> None:
        reason = sentence(flaw.refusal, language)
        texts = (flaw.line, flaw.code, flaw.pointer, reason, flaw.external_id)
        writer.writerow([_harmless(text) for text in texts])

    return write


def _harmless(text: str) -> str:
    """A text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
