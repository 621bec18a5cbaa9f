"""Cities: who acts for the programme may be limited to one, by somebody of the authority."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from behaviours.region_register import UnknownRegion
from behaviours.staff_areas import (
    CityWrong,
    LimitedByAuthority,
    NotOfACity,
    area_within,
    check_area,
)
from behaviours.users import MEMBER, User, new_staff

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)


def of_programme(role: str) -> User:
    return new_staff(UUID(int=1), role, "Wang", role, organisation_id=None, duty=None, now=NOW)


AUTHORITY, OPERATOR = of_programme("authority"), of_programme("operator")


def test_the_authority_limits_who_acts_for_the_programme_to_a_city() -> None:
    check_area(OPERATOR, "CN-330100", by=AUTHORITY, by_two=False)
    check_area(OPERATOR, None, by=AUTHORITY, by_two=False)
    with pytest.raises(LimitedByAuthority):
        check_area(OPERATOR, "CN-330100", by=OPERATOR, by_two=False)
    # What takes two may be begun by either of them.
    check_area(OPERATOR, None, by=OPERATOR, by_two=True)
    member = new_staff(
        UUID(int=2), "m", "Li", "provider", organisation_id=UUID(int=9), duty=MEMBER, now=NOW
    )
    with pytest.raises(CityWrong) as caught:
        check_area(member, "CN-330100", by=AUTHORITY, by_two=False)
    assert caught.value.case == "user"


@pytest.mark.parametrize("area", ["CN-33", "CN-3301", "CN-330000", "330100", "Hangzhou"])
def test_a_province_is_no_city(area: str) -> None:
    with pytest.raises((CityWrong, UnknownRegion)):
        check_area(OPERATOR, area, by=AUTHORITY, by_two=False)


def test_a_city_that_is_in_no_register_is_none() -> None:
    with pytest.raises(UnknownRegion):
        check_area(OPERATOR, "CN-339900", by=AUTHORITY, by_two=False)


def test_who_is_there_for_one_city_sees_no_other() -> None:
    assert area_within(None, "CN-33") == "CN-33"
    assert area_within(None, None) is None
    assert area_within("CN-330100", None) == area_within("CN-330100", "CN-330100") == "CN-330100"
    with pytest.raises(NotOfACity):
        area_within("CN-330100", "CN-330200")
