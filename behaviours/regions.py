"""Regions of China: provinces and cities by GB/T 2260, and how else they are written.

``CN-33`` is Zhejiang, ``CN-330100`` Hangzhou, ``CN-429004`` a city that is directly under its
province. Read as the same are the letters of ISO 3166-2:CN (``CN-ZJ``), the digits that it had for
Hong Kong and Macao before 2017, six digits of a province (``CN-330000``), and those of a district,
which are its city's: nobody needs to know where in a city somebody was.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

# As it may be sent; whether there is such a region is asked where its rules are.
FORM = r"CN-(?:[0-9]{2}|[0-9]{6}|[A-Z]{2})"
_FORM = re.compile(FORM)
_CODE = re.compile(r"CN-[0-9]{2}(?:(?!00)[0-9]{2}00|90(?!00)[0-9]{2})?")
_PROVINCE_LENGTH = len("CN-33")
# ISO 3166-2:CN; its letters by the digits of GB/T 2260.
_BY_LETTERS = {
    "BJ": "11", "TJ": "12", "HE": "13", "SX": "14", "NM": "15", "LN": "21", "JL": "22", "HL": "23",
    "SH": "31", "JS": "32", "ZJ": "33", "AH": "34", "FJ": "35", "JX": "36", "SD": "37", "HA": "41",
    "HB": "42", "HN": "43", "GD": "44", "GX": "45", "HI": "46", "CQ": "50", "SC": "51", "GZ": "52",
    "YN": "53", "XZ": "54", "SN": "61", "GS": "62", "QH": "63", "NX": "64", "XJ": "65", "TW": "71",
    "HK": "81", "MO": "82",
}  # fmt: skip
_ISO_BEFORE_2017 = {"CN-91": "CN-81", "CN-92": "CN-82"}
# The series of this package were published with them, and what is published stays.
_AS_PUBLISHED = {new: old for old, new in _ISO_BEFORE_2017.items()}
# Cities that are provinces: what is below them are districts.
_MUNICIPALITIES = frozenset(("CN-11", "CN-12", "CN-31", "CN-50"))
# Of the third and fourth digit: counties and cities directly under the province.
_DIRECT = "90"


@lru_cache(maxsize=4096)
def canonical(text: str) -> str:
    """The code by which a region is kept and shown; a text of no such form stays as it is."""
    if not _FORM.fullmatch(text):
        return text
    if text[3:].isalpha():
        digits = _BY_LETTERS.get(text[3:])
        return text if digits is None else f"CN-{digits}"
    province, city = text[:_PROVINCE_LENGTH], text[_PROVINCE_LENGTH:]
    province = _ISO_BEFORE_2017.get(province, province)
    if city in ("", "0000") or province in _MUNICIPALITIES:
        return province
    if city.startswith(("00", _DIRECT)):
        return f"{province}{city}"
    return f"{province}{city[:2]}00"


@lru_cache(maxsize=4096)
def province_of(region: str) -> str:
    """The province of a canonical code, as series and rules name it; of no code, the text."""
    if not _CODE.fullmatch(region):
        return region
    province = region[:_PROVINCE_LENGTH]
    return _AS_PUBLISHED.get(province, province)


def letters_of() -> dict[str, str]:
    """The letters of ISO 3166-2 by canonical code, without ``CN-``."""
    return {f"CN-{digits}": letters for letters, digits in _BY_LETTERS.items()}


def covers(areas: Collection[str], region: str) -> bool:
    """Whether a region is one of these, or a city of a province among them; none: everywhere."""
    return not areas or region in areas or region[:_PROVINCE_LENGTH] in areas


def lies_in(region: str, area: str | None) -> bool:
    """Whether one canonical region is another, or a city of that province; None is everywhere."""
    return area in (None, region, region[:_PROVINCE_LENGTH])
