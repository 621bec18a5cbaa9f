"""The register of regions: provinces and cities by GB/T 2260, with their names and their source.

A province stands in ``series/areas.yaml``, a city in ``series/cities.yaml``, which names the text
that both codes and names were read from. A code that is in neither is refused, and the refusal
names the nearest code that is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from behaviours.document import DocumentError
from behaviours.refusal import Invalid
from behaviours.regions import canonical, letters_of
from behaviours.yaml_text import read_tree

_FOLDER: Final = Path(__file__).parent / "series"
# The digits of a province after ``CN-``.
_PROVINCE_DIGITS: Final = 2


class UnknownRegion(Invalid):
    """The region is no province of GB/T 2260, nor a city of one; ``nearest`` is one that is."""


@lru_cache(maxsize=1)
def named_regions() -> Mapping[str, str]:
    """The names of all provinces and cities by canonical code, in the order of their codes."""
    provinces = {canonical(code): name for code, name in _read("areas.yaml", "regions")}
    return MappingProxyType(
        dict(sorted({**provinces, **dict(_read("cities.yaml", "cities"))}.items()))
    )


def _read(name: str, member: str) -> list[tuple[str, str]]:
    text = (_FOLDER / name).read_text(encoding="utf-8")
    return [
        (code, part.text())
        for code, part in read_tree(text, name, DocumentError).at(member).items()
    ]


def name_of_region(region: str) -> str:
    """The name of a canonical code; of one that is not in the register, the code."""
    return named_regions().get(region, region)


def named_list(regions: Iterable[str]) -> str:
    """Regions for a sentence: ``浙江 (CN-33), 广州市 (CN-440100)``."""
    return ", ".join(f"{name_of_region(each)} ({each})" for each in sorted(regions))


def check_known(
    region: str, *, pointer: str = "/region", among: Mapping[str, str] | None = None
) -> None:
    """Whether a canonical code is in the register, or ``among`` names of a register that was
    carried elsewhere; raises UnknownRegion."""
    known = named_regions() if among is None else among
    if region not in known:
        near = nearest(region, known)
        raise UnknownRegion(
            pointer=pointer, region=region, nearest=near, nearest_name=known.get(near, near)
        )


def known_regions(written: Iterable[str], *, pointer: str) -> tuple[str, ...]:
    """A list of regions as it is kept: canonical, each once, none inside another; in order.

    ``pointer`` is that of the list. Raises UnknownRegion, which names the item.
    """
    kept = [canonical(each) for each in written]
    for at, each in enumerate(kept):
        check_known(each, pointer=f"{pointer}/{at}")
    return tuple(sorted({each for each in kept if _province(each) not in {*kept} - {each}}))


def _province(region: str) -> str:
    return region[: len("CN-") + _PROVINCE_DIGITS]


def nearest(region: str, known: Mapping[str, str]) -> str:
    """The code of a register that is nearest to what was written.

    Of six digits: by number within the province, and of a province without cities the province
    itself. Of anything else: by spelling.
    """
    digits = region.removeprefix("CN-")
    if digits.isdecimal() and len(digits) > _PROVINCE_DIGITS and _province(region) in known:
        within = [
            each
            for each in known
            if len(each) > len("CN-33") and each.startswith(_province(region))
        ]
        return min(
            within, key=lambda each: abs(int(each[3:]) - int(digits)), default=_province(region)
        )
    if digits.isdecimal() and digits.isascii():
        provinces = [each for each in known if len(each) == len("CN-33")]
        return min(provinces, key=lambda each: abs(int(each[3:]) - int(digits[:2])))
    spelled = {f"CN-{letters}": code for code, letters in letters_of().items()}
    spelled |= {each: each for each in known}
    return spelled[get_close_matches(region.upper(), spelled, n=1, cutoff=0)[0]]
