"""Evidence files: papers and pictures that people hand in, known by what they hold.

What a sender says of a file, its name and its media type, is not believed and not kept. Only forms
are taken that show something and need no program of their own to be read; each is told by how it
begins and how it ends, so that a picture with a page of HTML in front of it is none.

Forms: PDF (ISO 32000-2 §7.5), PNG (ISO/IEC 15948 §5.2, §11.2.5), JPEG (ITU-T T.81 Annex B), WebP
(RFC 9649 §2.4).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from behaviours.refusal import Conflict, Invalid

# A page that a scanner made, or a photograph of a phone.
MOST_BYTES: Final = 8 * 1024 * 1024
_PNG_BEGIN, _PNG_END = b"\x89PNG\r\n\x1a\n", b"\x00\x00\x00\x00IEND\xaeB`\x82"
# Where a reader looks for the end of a PDF.
_PDF_TAIL: Final = 1024


class FileNotTaken(Invalid):
    """``empty``; ``too_large``; ``form``: none of those that are taken, or damaged."""

    cases = ("empty", "too_large", "form")


class TooManyFiles(Conflict):
    """As many files as there may be lie there already."""


class EvidenceFile(NamedTuple):
    """A file as it was looked at: its form, all its bytes, and their SHA-256."""

    media_type: str
    content: bytes
    sha256: bytes


def _is_pdf(content: bytes) -> bool:
    return content.startswith(b"%PDF-") and b"%%EOF" in content[-_PDF_TAIL:]


def _is_png(content: bytes) -> bool:
    return content.startswith(_PNG_BEGIN) and content.endswith(_PNG_END)


def _is_jpeg(content: bytes) -> bool:
    # Some cameras put zeros behind the end.
    return content.startswith(b"\xff\xd8\xff") and content.rstrip(b"\0").endswith(b"\xff\xd9")


def _is_webp(content: bytes) -> bool:
    stated = int.from_bytes(content[4:8], "little") + 8
    return content[:4] == b"RIFF" and content[8:12] == b"WEBP" and stated == len(content)


# By media type: how it is known, and how the name of such a file ends.
_FORMS: Final[Mapping[str, tuple[Callable[[bytes], bool], str]]] = {
    "application/pdf": (_is_pdf, "pdf"),
    "image/png": (_is_png, "png"),
    "image/jpeg": (_is_jpeg, "jpg"),
    "image/webp": (_is_webp, "webp"),
}
MEDIA_TYPES: Final = tuple(_FORMS)


def evidence_file(content: bytes, *, pointer: str = "/file") -> EvidenceFile:
    """What these bytes are. Raises FileNotTaken."""
    if not content:
        raise FileNotTaken("empty", pointer=pointer)
    if len(content) > MOST_BYTES:
        raise FileNotTaken("too_large", pointer=pointer, most_mib=MOST_BYTES // 1024**2)
    for media_type, (is_of_form, _) in _FORMS.items():
        if is_of_form(content):
            return EvidenceFile(media_type, content, hashlib.sha256(content).digest())
    raise FileNotTaken("form", pointer=pointer, forms=", ".join(MEDIA_TYPES))


def check_number(stored: int, *, most: int) -> None:
    """Whether one more may be added to so many. Raises TooManyFiles."""
    if stored >= most:
        raise TooManyFiles(pointer="/file", most=most)


def file_name(name: str, media_type: str) -> str:
    """How a file is called when it is fetched: ``name`` is ours, and so is its ending."""
    return f"{name}.{_FORMS[media_type][1]}"
