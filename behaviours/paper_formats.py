"""Documents of organisations: which formats are taken, and of which size."""

from __future__ import annotations

from typing import Final

from behaviours.file_forms import JPEG, PDF, PNG, form_of
from behaviours.refusal import Invalid

FORMATS: Final = (PDF, PNG, JPEG)
MOST_BYTES: Final = 5 * 1024 * 1024


class DocumentUnfit(Invalid):
    """The document is empty, too large, or in another format than is stated and taken."""

    cases = ("empty", "too_large", "format", "other_format")


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
