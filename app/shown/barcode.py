"""A code as a Code 128 barcode (ISO/IEC 15417, code set C: two digits in one symbol), as SVG."""

from __future__ import annotations

import zxingcpp

# In units of the picture: a module's width. The quiet zone is ten modules on each side.
MODULE = 3


def barcode_svg(digits: str) -> bytes:
    """The picture, without the digits in words: they are what is shown beside it."""
    assert digits.isascii()
    assert digits.isdigit()
    assert len(digits) % 2 == 0, digits
    barcode = zxingcpp.create_barcode(digits, zxingcpp.BarcodeFormat.Code128)
    picture: str = barcode.to_svg(scale=MODULE, add_quiet_zones=True)
    # What a screen reader would read out.
    return picture.replace(
        "<desc>Zint Generated Symbol</desc>", f"<title>{digits}</title>"
    ).encode()
