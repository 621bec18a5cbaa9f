"""The whole table of classes and uses: what a unit of each may be used for, and stand for."""

from __future__ import annotations

from itertools import product

import pytest

from rewards.registry.refusals import UnknownUnitClass, UseNotPermitted
from rewards.registry.unit_classes import UNIT_CLASSES, check_use, is_as_good, unit_class

VOLUNTARY = {
    "enterprise_neutrality",
    "event_neutrality",
    "voluntary_offset",
    "voluntary_cancellation",
    "donation",
}
# By the notices of Shanghai (2024-09-13) and Beijing (2025-07).
USES = {
    "compliance": VOLUNTARY | {"compliance_offset", "eco_damage_compensation"},
    "voluntary": VOLUNTARY,
}
EVERY_USE = sorted(USES["compliance"])


def test_the_classes_and_their_uses_are_these() -> None:
    found = {code: {use.code for use in each.uses} for code, each in UNIT_CLASSES.items()}
    assert found == USES
    assert all(len(each.uses) == len(USES[code]) for code, each in UNIT_CLASSES.items())


@pytest.mark.parametrize(("code", "purpose"), list(product(USES, EVERY_USE)))
def test_each_use_is_permitted_by_its_classes_and_refused_by_the_others(
    code: str, purpose: str
) -> None:
    if purpose in USES[code]:
        assert check_use(code, purpose).code == purpose
        return
    with pytest.raises(UseNotPermitted) as refused:
        check_use(code, purpose)
    assert refused.value.pointer == "/purpose"
    assert refused.value.facts["unit_class"] == code
    assert set(refused.value.facts["permitted"]) == USES[code]


@pytest.mark.parametrize("purpose", ["", "Donation", "donation ", "resale"])
@pytest.mark.parametrize("code", USES)
def test_what_is_no_use_at_all_is_permitted_by_nobody(code: str, purpose: str) -> None:
    with pytest.raises(UseNotPermitted):
        check_use(code, purpose)


@pytest.mark.parametrize("code", ["golden", "", "Voluntary", "voluntary "])
def test_a_class_that_is_none_is_refused_with_those_there_are(code: str) -> None:
    for ask in (
        lambda: unit_class(code),
        lambda: check_use(code, "donation"),
        lambda: is_as_good(code, "voluntary"),
        lambda: is_as_good("voluntary", code),
    ):
        with pytest.raises(UnknownUnitClass) as refused:
            ask()
        assert refused.value.facts == {"unit_classes": ["compliance", "voluntary"]}
        assert refused.value.pointer == "/unit_class"


def test_every_use_is_said_in_two_languages_and_in_one_way_only() -> None:
    titles: dict[str, tuple[str, str]] = {}
    for each in UNIT_CLASSES.values():
        for use in each.uses:
            assert use.title_zh.strip()
            assert use.title_en.strip()
            said = (use.title_zh, use.title_en)
            assert titles.setdefault(use.code, said) == said
    assert len(set(titles.values())) == len(titles)


@pytest.mark.parametrize(
    ("code", "open_grades", "by_approval"),
    [("compliance", ("official",), False), ("voluntary", ("official", "secondary"), True)],
)
def test_figures_read_in_an_issuers_own_text_alone_become_units_for_compliance(
    code: str, open_grades: tuple[str, ...], *, by_approval: bool
) -> None:
    found = unit_class(code)
    assert (found.open_grades, found.by_approval) == (open_grades, by_approval)


@pytest.mark.parametrize(
    ("given", "needed", "as_good"),
    [
        ("compliance", "compliance", True),
        ("compliance", "voluntary", True),
        ("voluntary", "voluntary", True),
        ("voluntary", "compliance", False),
    ],
)
def test_a_better_class_stands_for_a_lower_one_and_never_the_other_way(
    given: str, needed: str, *, as_good: bool
) -> None:
    assert is_as_good(given, needed) == as_good
    # As good is: whatever the one may be used for, the other may.
    assert as_good == all(
        purpose in {use.code for use in unit_class(given).uses} for purpose in USES[needed]
    )
