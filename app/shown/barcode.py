"""A code as a Code 128 barcode (ISO/IEC 15417, code set C: two digits in one symbol), as SVG."""

from __future__ import annotations

from reportlab.graphics.barcode import createBarcodeDrawing
from reportlab.graphics.shapes import Rect
from reportlab.lib.colors import white

# In units of the picture. By the standard ten modules stay white on each side.
MODULE = 3
HEIGHT = 120
QUIET = 10 * MODULE


def barcode_svg(digits: str) -> bytes:
    """The picture, without the digits in words: they are what is shown beside it."""
    assert digits.isascii()
    assert digits.isdigit()
    assert len(digits) % 2 == 0, digits
    drawing = createBarcodeDrawing(  # type: ignore[no-untyped-call]
        "Code128",
        value=digits,
        barWidth=MODULE,
        barHeight=HEIGHT,
        quiet=True,
        lquiet=QUIET,
        rquiet=QUIET,
        humanReadable=False,
    )
    # A page in a dark colour would leave nothing to scan.
    paper = Rect(0, 0, drawing.width, drawing.height)
    paper.fillColor, paper.strokeColor = white, None
    drawing.insert(0, paper)
    picture: str = drawing.asString("svg")
    # What a screen reader would read out.
    named = picture.replace("<title>...</title>", f"<title>{digits}</title>", 1)
    return named.replace("<desc>...</desc>", "", 1).encode()
