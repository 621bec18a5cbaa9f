"""In which form a file is, by what stands in it: a name and a claim prove nothing.

Each form is told by how it begins and how it ends, so that a picture with a page of HTML in front
of it is none, and neither is one that was cut off.

Forms: PDF (ISO 32000-2 §7.5), PNG (ISO/IEC 15948 §5.2, §11.2.2, §11.2.5), JPEG (ITU-T T.81
Annex B), WebP (RFC 9649 §2.4).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

PDF: Final = "application/pdf"
PNG: Final = "image/png"
JPEG: Final = "image/jpeg"
WEBP: Final = "image/webp"

_PNG_BEGINS: Final = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
_PNG_ENDS: Final = b"\x00\x00\x00\x00IEND\xaeB`\x82"
# A PDF's last line stands within its last bytes (ISO 32000-1, annex H, note 18).
_PDF_TAIL: Final = 1024


def form_of(content: bytes) -> str | None:
    """The media type of a whole file; None: it is of none of these forms, or damaged."""
    return next((media_type for media_type, is_of in _IS_OF.items() if is_of(content)), None)


def _is_pdf(content: bytes) -> bool:
    return content.startswith(b"%PDF-") and b"%%EOF" in content[-_PDF_TAIL:]


def _is_png(content: bytes) -> bool:
    return content.startswith(_PNG_BEGINS) and content.endswith(_PNG_ENDS)


def _is_jpeg(content: bytes) -> bool:
    return content.startswith(b"\xff\xd8\xff") and content.endswith(b"\xff\xd9")


def _is_webp(content: bytes) -> bool:
    stated = int.from_bytes(content[4:8], "little") + 8
    return content[:4] == b"RIFF" and content[8:12] == b"WEBP" and stated == len(content)


_IS_OF: Final[Mapping[str, Callable[[bytes], bool]]] = {
    PDF: _is_pdf,
    PNG: _is_png,
    JPEG: _is_jpeg,
    WEBP: _is_webp,
}
