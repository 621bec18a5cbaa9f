"""Cities of a programme: who acts for the programme may be limited to one of them.

Whoever has no limit answers for everything. Who has one answers for what was done in that city, and
what is not of a city is not theirs: bundles, units, methodologies, users. Where something was done
is written with it and does not change when its person moves.
"""

from __future__ import annotations

import re
from typing import Final

from behaviours.refusal import Forbidden, Invalid
from behaviours.region_register import check_known
from behaviours.regions import canonical, province_of
from behaviours.users import User

_CITY: Final = re.compile(r"CN-[0-9]{6}")


class NotOfACity(Forbidden):
    """What is asked for concerns the whole programme, and who asks is there for one city."""


class CityWrong(Invalid):
    """``city``: the region is no city; ``user``: the user does not act for the programme."""

    cases = ("city", "user")


class LimitedByAuthority(Forbidden):
    """Somebody of the authority limits users to a city; who lifts it, two people decide."""


def takes_two(own: str | None, wanted: str | None) -> bool:
    """Whether who is limited to ``own`` (None: to nothing) would answer for more than before: who
    is let out of a city, or into another, is by two people; who is limited is by one."""
    return own is not None and wanted != own


def check_area(user: User, area: str | None, *, by: User, by_two: bool) -> None:
    """Whether a user may be limited to this city, or to none, by somebody who answers for all.

    What takes two people, either of them begins. Raises LimitedByAuthority, CityWrong and
    UnknownRegion.
    """
    if by.role != "authority" and not by_two:
        raise LimitedByAuthority(role=by.role)
    if not user.acts_for_programme:
        raise CityWrong("user", role=user.role)
    if area is not None:
        if canonical(area) != area or not _is_city(area):
            raise CityWrong("city", pointer="/region", region=area)
        check_known(area)


def area_within(own: str | None, wanted: str | None) -> str | None:
    """What is shown to who answers for ``own`` (None: everywhere) and asks for an area, or none.

    Raises NotOfACity where it is another one.
    """
    if own is None:
        return wanted
    if wanted not in (None, own):
        raise NotOfACity(region=own)
    return own


def _is_city(area: str) -> bool:
    return _CITY.fullmatch(area) is not None and province_of(area) != area
