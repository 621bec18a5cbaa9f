"""What is called by two titles, one of each language."""

from __future__ import annotations

from typing import Protocol


class Titled(Protocol):
    """Whatever has them."""

    @property
    def title_zh(self) -> str: ...

    @property
    def title_en(self) -> str: ...


def titles(of: Titled) -> dict[str, str]:
    """Both titles, as members of an answer."""
    return {"title_zh": of.title_zh, "title_en": of.title_en}
