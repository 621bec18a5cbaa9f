"""In which format a document is, by what stands in it: a name and a claim prove nothing."""

from __future__ import annotations

from typing import Final

from behaviours.refusal import Invalid

PDF: Final = "application/pdf"
PNG: Final = "image/png"
JPEG: Final = "image/jpeg"
FORMATS: Final = (PDF, PNG, JPEG)
MOST_BYTES: Final = 5 * 1024 * 1024

_PNG_BEGINS: Final = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
_PNG_ENDS: Final = b"IEND\xaeB`\x82"
# A PDF's last line stands within its last bytes (ISO 32000-1, annex H, note 18).
_PDF_TAIL: Final = 1024


class DocumentUnfit(Invalid):
    """The document is empty, too large, or in another format than is stated and taken."""

    cases = ("empty", "too_large", "format", "other_format")


def format_of(content: bytes) -> str | None:
    """The media type of a whole PDF, PNG or JPEG; None: it is none of them, or cut off."""
    if content.startswith(b"%PDF-") and b"%%EOF" in content[-_PDF_TAIL:]:
        return PDF
    if content.startswith(_PNG_BEGINS) and content.endswith(_PNG_ENDS):
        return PNG
    if content.startswith(b"\xff\xd8\xff") and content.endswith(b"\xff\xd9"):
        return JPEG
    return None


def check_document(content: bytes, stated: str, *, pointer: str) -> None:
    """Whether a document is what it is said to be, and of a size to be read. Raises
    DocumentUnfit."""
    if not content:
        raise DocumentUnfit("empty", pointer=pointer)
    if len(content) > MOST_BYTES:
        raise DocumentUnfit("too_large", pointer=pointer, most_mib=MOST_BYTES >> 20)
    found = format_of(content)
    if found is None:
        raise DocumentUnfit("format", pointer=pointer)
    if found != stated:
        raise DocumentUnfit("other_format", pointer=pointer, found=found, stated=stated)
