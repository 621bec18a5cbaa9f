"""Evidence files: papers and pictures that people hand in, known by what they hold.

What a sender says of a file, its name and its media type, is not believed and not kept. Only forms
are taken that show something and need no program of their own to be read
(``behaviours.file_forms``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final, NamedTuple

from behaviours.file_forms import JPEG, PDF, PNG, WEBP, form_of
from behaviours.refusal import Conflict, Invalid

# A page that a scanner made, or a photograph of a phone.
MOST_BYTES: Final = 8 * 1024 * 1024


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


# By media type: how the name of such a file ends.
_ENDINGS: Final[Mapping[str, str]] = {PDF: "pdf", PNG: "png", JPEG: "jpg", WEBP: "webp"}
MEDIA_TYPES: Final = tuple(_ENDINGS)


def evidence_file(content: bytes, *, pointer: str = "/file") -> EvidenceFile:
    """What these bytes are. Raises FileNotTaken."""
    if not content:
        raise FileNotTaken("empty", pointer=pointer)
    if len(content) > MOST_BYTES:
        raise FileNotTaken("too_large", pointer=pointer, most_mib=MOST_BYTES // 1024**2)
    media_type = form_of(content) or _with_zeros_behind(content)
    if media_type is None:
        raise FileNotTaken("form", pointer=pointer, forms=", ".join(MEDIA_TYPES))
    return EvidenceFile(media_type, content, hashlib.sha256(content).digest())


def _with_zeros_behind(content: bytes) -> str | None:
    """Some cameras put zeros behind the end of a JPEG."""
    return JPEG if form_of(content.rstrip(b"\0")) == JPEG else None


def check_number(stored: int, *, most: int) -> None:
    """Whether one more may be added to so many. Raises TooManyFiles."""
    if stored >= most:
        raise TooManyFiles(pointer="/file", most=most)


def file_name(name: str, media_type: str) -> str:
    """How a file is called when it is fetched: ``name`` is ours, and so is its ending."""
    return f"{name}.{_ENDINGS[media_type]}"
