"""The parts of which pictures are made: whole pixels, and colours by the classes of the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from markupsafe import Markup

# What stands left and right of a letter of 13 px, by halves of the body.
_WIDE: Final = 13
_NARROW: Final = 7
_TICKS: Final = (1, 2, 5)


def picture(width: int, height: int, title: str, parts: Iterable[str]) -> Markup:
    """One picture: its title is the sentence that says what is to be seen in it."""
    inside = "\n".join(parts)
    # Everything that a caller puts in was escaped by the functions below.
    return Markup(  # noqa: S704
        f'<svg class="picture" role="img" viewBox="0 0 {width} {height}"'
        f' width="{width}" height="{height}" aria-label="{escape(title)}">'
        f"\n{inside}\n</svg>"
    )


def rect(
    x: int, y: int, wide: int, high: int, kind: str, *, title: str = "", hatched: bool = False
) -> str:
    """A bar; ``hatched`` lays stripes over it."""
    at = f'x="{x}" y="{y}" width="{wide}" height="{high}"'
    said = f"<title>{escape(title)}</title>" if title else ""
    drawn = f'<rect {at} class="{kind}">{said}</rect>'
    return drawn + stripes(x, y, wide, high) if hatched else drawn


def stripes(x: int, y: int, wide: int, high: int) -> str:
    """Slanting lines across a bar, inside it."""
    lines = []
    for start in range(-high, wide, 6):
        left, right = max(start, 0), min(start + high, wide)
        if left < right:
            lines.append(
                f"M{x + left} {y + high - (left - start)}L{x + right} {y + high - (right - start)}"
            )
    return f'<path d="{"".join(lines)}" class="stripes"></path>' if lines else ""


def line(x1: int, y1: int, x2: int, y2: int, kind: str) -> str:
    return f'<path d="M{x1} {y1}L{x2} {y2}" class="{kind}"></path>'


def shape(path: str, kind: str, title: str) -> str:
    return f'<path d="{path}" class="{kind}"><title>{escape(title)}</title></path>'


def words(x: int, y: int, said: str, kind: str = "label", *, anchor: str = "start") -> str:
    return f'<text x="{x}" y="{y}" class="{kind}" text-anchor="{anchor}">{escape(said)}</text>'


def room_of(said: str) -> int:
    """How many pixels a label takes at most, at 13 px."""
    return sum(_WIDE if ord(each) > 0x2E7F else _NARROW + 1 for each in said)


def shortened(said: str, room: int) -> str:
    """The label, cut with an ellipsis where it has no room; its mark says the whole."""
    if room_of(said) <= room:
        return said
    while said and room_of(said) + _WIDE > room:
        said = said[:-1]
    return f"{said.rstrip()}…"


def ticks(top: int) -> Sequence[int]:
    """Four to six round numbers from nought to at least ``top``."""
    if top <= 0:
        return (0, 1)
    step = 1
    while True:
        for each in _TICKS:
            if each * step * 5 >= top:
                return tuple(each * step * at for at in range(-(-top // (each * step)) + 1))
        step *= 10


def scaled(amount: int, room: int, most: int) -> int:
    """How many of ``room`` pixels an amount takes where ``most`` takes all of them."""
    return amount * room // most if most else 0
