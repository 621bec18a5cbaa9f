"""A code as a Code 128 barcode (ISO/IEC 15417, code set C: two digits in one symbol), as SVG."""

from __future__ import annotations

from itertools import accumulate

# Widths of bar, space, bar, space, bar, space of each symbol value, 0 to 105; then the stop.
_SYMBOLS = (
    *("212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212"),
    *("221213", "221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221"),
    *("223211", "221132", "221231", "213212", "223112", "312131", "311222", "321122", "321221"),
    *("312212", "322112", "322211", "212123", "212321", "232121", "111323", "131123", "131321"),
    *("112313", "132113", "132311", "211313", "231113", "231311", "112133", "112331", "132131"),
    *("113123", "113321", "133121", "313121", "211331", "231131", "213113", "213311", "213131"),
    *("311123", "311321", "331121", "312113", "312311", "332111", "314111", "221411", "431111"),
    *("111224", "111422", "121124", "121421", "141122", "141221", "112214", "112412", "122114"),
    *("122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111", "111242"),
    *("121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141"),
    *("214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311"),
    *("113141", "114131", "311141", "411131", "211412", "211214", "211232"),
)
_STOP = "2331112"
_START_C = 105
_CHECK = 103
_QUIET = 10  # modules of white on each side, by the standard
_HEIGHT = 40


def modules(digits: str) -> str:
    """The widths of bars and spaces in turn, beginning with a bar; an even number of digits."""
    assert digits.isascii()
    assert digits.isdigit()
    assert len(digits) % 2 == 0, digits
    values = [int(digits[at : at + 2]) for at in range(0, len(digits), 2)]
    check = (_START_C + sum(place * value for place, value in enumerate(values, 1))) % _CHECK
    symbols = [_SYMBOLS[value] for value in (_START_C, *values, check)]
    return "".join(symbols) + _STOP


def barcode_svg(digits: str) -> bytes:
    """The picture, without the digits in words: they are what is shown beside it."""
    widths = [int(width) for width in modules(digits)]
    starts = accumulate(widths, initial=_QUIET)
    bars = "".join(
        f"M{start} 0h{width}v{_HEIGHT}h-{width}z"
        for number, (start, width) in enumerate(zip(starts, widths, strict=False))
        if number % 2 == 0
    )
    wide = sum(widths) + 2 * _QUIET
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {_HEIGHT}"'
        f' width="{wide * 3}" height="{_HEIGHT * 3}">'
        f'<rect width="{wide}" height="{_HEIGHT}" fill="#fff"/><path d="{bars}"/></svg>'
    ).encode()
