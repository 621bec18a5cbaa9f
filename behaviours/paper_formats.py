"""Documents of organisations: which formats are taken, and of which size."""

from __future__ import annotations

from datetime import date
from typing import Final

from behaviours.file_forms import JPEG, PDF, PNG, form_of
from behaviours.refusal import Invalid

FORMATS: Final = (PDF, PNG, JPEG)
MOST_BYTES: Final = 5 * 1024 * 1024


class DocumentUnfit(Invalid):
    """The document is empty, too large, in another format than is stated and taken, or ends before
    it begins."""

    cases = ("empty", "too_large", "format", "other_format", "dates")


def check_document(content: bytes, stated: str, *, pointer: str) -> None:
    """Whether a document is what it is said to be, and of a size to be read. Raises
    DocumentUnfit."""
    if not content:
        raise DocumentUnfit("empty", pointer=pointer)
    if len(content) > MOST_BYTES:
        raise DocumentUnfit("too_large", pointer=pointer, most_mib=MOST_BYTES >> 20)
    found = form_of(content)
    if found not in FORMATS:
        raise DocumentUnfit("format", pointer=pointer)
    if found != stated:
        raise DocumentUnfit("other_format", pointer=pointer, found=found, stated=stated)


def check_days(valid_from: date | None, valid_until: date | None, *, pointer: str) -> None:
    """Whether a document ends after it begins, where it states both. Raises DocumentUnfit."""
    if valid_from is not None and valid_until is not None and valid_until < valid_from:
        raise DocumentUnfit("dates", pointer=pointer)
