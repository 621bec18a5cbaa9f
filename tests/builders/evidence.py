"""Small files of every form that is taken as evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_PIXEL: Final = (
    "89504e470d0a1a0a0000000d4948445200000001000000010800000000"
    "3a7e9b550000000a49444154789c6360000000020001e221bc330000000049454e44ae426082"
)
FILES: Final[Mapping[str, bytes]] = {
    "application/pdf": b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
    "image/png": bytes.fromhex(_PIXEL),
    "image/jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xd9",
    "image/webp": b"RIFF" + (12).to_bytes(4, "little") + b"WEBPVP8 \0\0\0\0",
}
SLIP: Final = FILES["image/jpeg"]
