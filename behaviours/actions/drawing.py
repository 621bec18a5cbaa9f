"""How a sample of what people report alone is drawn, for a confirmation."""

from __future__ import annotations

from typing import Final, NamedTuple

PER_MILLE: Final = 1000


class Drawing(NamedTuple):
    """How a sample is drawn: by a secret key, and how many of a thousand."""

    key: bytes = b""
    per_mille: int = PER_MILLE
