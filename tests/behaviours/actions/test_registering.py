"""Installations are registered once, by whosever number it is, and known again in reports."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from behaviours.actions.content import content_of, differing as content_differs, fingerprint
from behaviours.actions.installation import (
    CONFIRMED,
    ENDED,
    REPORTED,
    CapacityNeeded,
    ConflictingInstallation,
    Holder,
    InstallationExists,
    InstallationOfAnother,
    InstallationStateConflict,
    InstallationUnknown,
    RegisteredInstallation,
    Testimony as ToldOf,
)
from behaviours.actions.installed import behaviours_of, installation_of, number_kinds_of
from behaviours.actions.normal_form import UnusableNumber
from behaviours.actions.registering import (
    NewInstallation,
    ReadInstallation,
    against,
    read_installation,
)
from behaviours.actions.shipped import load_rulebook
from behaviours.issuers import (
    NEVER,
    Claiming,
    Issuer,
    IssuerNotAdmitted,
    IssuerNotNamed,
    IssuerRegister,
)
from behaviours.rules.factors import shipped_factors
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.rules.units import parse_unit
from tests.behaviours.builders import an_accepted_action, an_action
from tests.builders.civil import CHINA

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
PERSON, OTHER, ONE = UUID(int=1), UUID(int=2), UUID(int=0xA)
KINDS = tuple(sorted(number_kinds_of(load_rulebook(), "pv_plant")))
GRIDS = [Issuer(code, code, code, KINDS, NEVER) for code in ("state_grid", "southern_grid")]


def reading(new: NewInstallation, sender: str, known: ProgrammeRulebook) -> ReadInstallation:
    """As it is read on some day."""
    return read_installation(new, sender, known, today=date(2026, 3, 10))


def rules(*admitted: str) -> ProgrammeRulebook:
    claiming = Claiming(IssuerRegister(GRIDS, {ONE.hex: admitted}))
    return ProgrammeRulebook(load_rulebook().versions(), shipped_factors(), {}, CHINA, claiming)


def a_plant(**changes: object) -> NewInstallation:
    plant = NewInstallation(
        "pv_plant", "3301 0000 1", Holder(PERSON, None), date(2025, 1, 1), "CN-33", "contract",
        capacity=Decimal("5.5"), capacity_unit="kW",
    )  # fmt: skip
    return plant._replace(**changes)  # type: ignore[arg-type]


def registered(
    number: int = 7,
    *,
    reporter: UUID = ONE,
    holder: UUID = PERSON,
    state: str = REPORTED,
    **changes: object,
) -> RegisteredInstallation:
    read = reading(a_plant(**changes), ONE.hex, rules("state_grid"))
    what = replace(read.what, state=state, ended_at=NOW if state == ENDED else None)
    said = ToldOf("provider", NOW, "built")
    return RegisteredInstallation(
        UUID(int=number), Holder(holder, None), what, read.digest, "contract", reporter, said
    )


def test_one_installation_is_one_in_every_spelling_of_its_number() -> None:
    one = reading(a_plant(), ONE.hex, rules("state_grid"))
    again = reading(a_plant(number="33010-0001"), ONE.hex, rules("state_grid"))
    other = reading(a_plant(number="330100002"), ONE.hex, rules("state_grid"))
    assert one.digest == again.digest != other.digest
    assert (one.what.issuer, one.what.capacity, one.what.unit) == (
        "state_grid",
        Decimal("5.5"),
        parse_unit("kW"),
    )


def test_whose_the_number_is_is_told_or_can_be_no_other() -> None:
    named = reading(a_plant(issuer="southern_grid"), ONE.hex, rules("state_grid", "southern_grid"))
    assert named.what.issuer == "southern_grid"
    with pytest.raises(IssuerNotNamed) as several:
        reading(a_plant(), ONE.hex, rules("state_grid", "southern_grid"))
    with pytest.raises(IssuerNotAdmitted) as foreign:
        reading(a_plant(issuer="southern_grid"), ONE.hex, rules("state_grid"))
    assert several.value.pointer == foreign.value.pointer == "/issuer"


def test_a_number_that_is_none_is_refused_where_it_stands() -> None:
    with pytest.raises(UnusableNumber) as caught:
        reading(a_plant(number="---"), ONE.hex, rules("state_grid"))
    assert caught.value.pointer == "/number"


@pytest.mark.parametrize(
    ("capacity", "unit", "case"),
    [(None, None, "missing"), (Decimal(0), "kW", "nought"), (Decimal(5), None, "without_unit")],
)
def test_what_bounds_a_credit_is_said(
    capacity: Decimal | None, unit: str | None, case: str
) -> None:
    with pytest.raises(CapacityNeeded) as caught:
        reading(a_plant(capacity=capacity, capacity_unit=unit), ONE.hex, rules("state_grid"))
    assert caught.value.case == case


def test_a_number_is_registered_once_and_by_whom_else_is_not_said() -> None:
    new = registered(8)
    assert against(new, [], ended_too=False) is None
    repeated = against(new, [registered()], ended_too=False)
    assert isinstance(repeated, InstallationExists)
    assert repeated.case == "repeated"
    foreign = against(new, [registered(reporter=OTHER)], ended_too=False)
    assert isinstance(foreign, InstallationExists)
    assert (foreign.case, foreign.facts) == ("other", {})


def test_a_second_registration_that_says_something_else_is_told_what() -> None:
    # 5500 W and 5.5 kW are one capacity.
    same = registered(8, capacity=Decimal(5500), capacity_unit="W")
    repeated = against(same, [registered()], ended_too=False)
    assert isinstance(repeated, InstallationExists)
    larger = registered(8, capacity=Decimal(7), region="CN-330100")
    conflict = against(larger, [registered()], ended_too=False)
    assert isinstance(conflict, ConflictingInstallation)
    assert conflict.facts["members"] == ["capacity", "region"]


def test_what_has_ended_frees_its_number_but_for_the_same_file_read_again() -> None:
    over = [registered(state=ENDED)]
    assert against(registered(8), over, ended_too=False) is None
    assert isinstance(against(registered(8), over, ended_too=True), InstallationExists)
    assert against(registered(8, region="CN-330100"), over, ended_too=True) is None
    assert against(registered(8), [registered(state=ENDED, reporter=OTHER)], ended_too=True) is None


def test_an_installation_is_confirmed_and_ended_once() -> None:
    what = registered().installation
    confirmed = what.move("confirm")
    assert (confirmed.state, confirmed.move("end").state) == (CONFIRMED, ENDED)
    for state, step in ((confirmed, "confirm"), (confirmed.move("end"), "end")):
        with pytest.raises(InstallationStateConflict):
            state.move(step)


def test_a_capacity_is_compared_in_the_unit_of_the_rule() -> None:
    what = registered().installation
    assert what.capacity_in(parse_unit("W")) == 5500
    assert what.capacity_in(parse_unit("km")) is None
    assert replace(what, capacity=None, unit=None).capacity_in(parse_unit("W")) is None


def test_an_action_is_of_the_installation_in_whose_life_it_lies() -> None:
    by_plants = next(
        each
        for each in load_rulebook().versions()
        if each.trust.installation is not None and each.trust.installation.kind == "pv_plant"
    )
    accepted = an_accepted_action("distributed_pv", participant_id=PERSON.hex)
    accepted = accepted._replace(version=by_plants)
    begun = accepted.action.occurred_at
    earlier, now = registered(1), registered(2)
    earlier = replace(
        earlier, installation=replace(earlier.installation, ended_at=begun - timedelta(days=1))
    )
    assert installation_of(accepted, [earlier, now]) is now
    assert installation_of(accepted, [now, earlier]) is now
    assert installation_of(accepted, [earlier]) is earlier, "whoever looks is told of the last"
    taken_over = replace(now.installation, held_from=begun + timedelta(days=1))
    assert not taken_over.lives(begun, begun, date(2026, 6, 1))
    assert isinstance(installation_of(accepted, []), InstallationUnknown)
    assert isinstance(installation_of(accepted, [registered(holder=OTHER)]), InstallationOfAnother)
    assert by_plants.behaviour in behaviours_of(load_rulebook(), "pv_plant")


def test_the_same_said_again_is_known_by_its_content() -> None:
    action, key = an_action("bike_ride"), bytes(32)
    said = content_of(action, action.evidence, {"ride_id": "k1"})
    again = content_of(
        replace(action, quantities={"distance_km": "3.20"}), action.evidence, {"ride_id": "k1"}
    )
    assert fingerprint(said, key) == fingerprint(again, key)
    assert fingerprint(said, key) != fingerprint(said, b"\1" * 32)
    longer = replace(action, quantities={"distance_km": "3.3", "b": "1"}, ended_at=NOW)
    further = content_of(replace(longer, evidence={"issuer": "metro"}), {}, {})
    assert content_differs(said, further) == ["ended_at", "quantities", "evidence"]
    assert "issuer" in further["evidence"]
