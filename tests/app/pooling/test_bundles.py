"""From the pool to a sealed and issued bundle."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from app.clock import StandingClock
from app.ids import new_id
from app.outbox import names
from app.store.registry.carbon_book import places
from app.usecases.pooling.approve_version import approve_version
from app.usecases.pooling.cancel_bundle import cancel_bundle
from app.usecases.pooling.give_findings import give_findings
from app.usecases.pooling.give_notice import give_notice
from app.usecases.pooling.give_opinion import give_opinion
from app.usecases.pooling.prove_inclusion import prove_inclusion
from app.usecases.pooling.remove_reversed import TakenBack, remove_reversed
from app.usecases.pooling.sign_issue import sign_issue
from app.usecases.pooling.sign_seal import sign_seal
from app.usecases.pooling.start_report import start_report
from app.wiring import Wiring
from behaviours.programme import Notice
from behaviours.viewer import Viewer
from behaviours.working_days import CN, WorkingDays
from rewards.pooling.inclusion import verify_inclusion
from rewards.pooling.refusals import (
    BadBundlePeriod,
    BundleStateConflict,
    NothingSelected,
    NoticeRunning,
    NotInSample,
    NotInSealedBundle,
    SampleIncomplete,
    UnknownBundleMethodology,
    UnknownVerifier,
)
from rewards.pooling.sample import StatedFinding
from rewards.registry.issuing import TONNE_MG
from rewards.registry.refusals import UnknownUnitClass
from rewards.signing import AlreadyApproved, SamePersonTwice
from tests.builders.actions import a_ride
from tests.builders.market import (
    METRO,
    NOW,
    PV,
    a_draft,
    a_person,
    a_pv_interval,
    a_verifier,
    an_entrusting_person,
    bundle,
    entrust,
    issued,
    noticed,
    open_gate,
    operator,
    pooled_pv,
    recorded,
    rows,
    run,
    sealed,
    sealing,
    selected,
    selecting,
    somebody,
    submit_to,
    submitted,
    task,
    withdraw,
)
from tests.builders.people import a_user, an_organisation
from tests.builders.selling import programme_block


def noon(day: date) -> datetime:
    """In China."""
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def assert_every_milligram_has_a_place(wiring: Wiring) -> None:
    for vintage in run(wiring, places):
        assert vintage.balanced, vintage


def opine(
    wiring: Wiring, bundle_id: UUID, verifier: UUID, *, positive: bool, statement: str
) -> None:
    who = a_verifier(verifier)
    run(
        wiring,
        give_opinion,
        bundle_id,
        positive=positive,
        statement=statement,
        by=who,
        clock=StandingClock(NOW),
    )


def entries(wiring: Wiring, bundle_id: object) -> set:
    found = rows(
        wiring,
        "select participant_id, action_id from bundle_entry where bundle_id = :id",
        id=bundle_id,
    )
    return {(row["participant_id"], row["action_id"]) for row in found}


def test_a_draft_states_a_class_a_methodology_and_days_of_one_vintage(market: Wiring) -> None:
    with pytest.raises(UnknownUnitClass):
        a_draft(market, class_code="golden")
    with pytest.raises(UnknownBundleMethodology):
        a_draft(market, methodology="no.such_rule")
    with pytest.raises(BadBundlePeriod):
        a_draft(market, occurred_to=date(2025, 12, 31))
    with pytest.raises(BadBundlePeriod):
        a_draft(market, occurred_to=date(2027, 1, 1))


def test_selection_takes_what_is_entrusted_and_nothing_else(market: Wiring) -> None:
    pooled = pooled_pv(market)
    provider = an_organisation(market, "provider")
    stranger = a_person(market, provider)
    late = an_entrusting_person(market, provider)
    recorded(
        market,
        [
            a_pv_interval(stranger, provider, "500"),
            # In Shanghai this is the first of July already.
            a_pv_interval(late, provider, "500", occurred_at=datetime(2026, 6, 30, 16, tzinfo=UTC)),
        ],
        now=NOW + timedelta(days=1),
    )
    bundle_id = selected(market)
    assert entries(market, bundle_id) == set(pooled)
    made = bundle(market, bundle_id)
    assert made.state == "selected"
    assert made.reductions == 3
    assert (
        made.selected_mg
        == rows(market, "select sum(saved_mg)::bigint as mg from bundle_entry")[0]["mg"]
    )


def test_selection_keeps_to_methodology_and_region(market: Wiring) -> None:
    pooled_pv(market)
    assert entries(market, selected(market, methodology=METRO)) == set()
    assert entries(market, selected(market, region="CN-33")) == set()
    assert len(entries(market, selected(market, methodology=PV, region="CN-44"))) == 3


def test_an_act_that_is_behaviour_only_never_enters_a_bundle(market: Wiring) -> None:
    provider = an_organisation(market, "provider")
    person = an_entrusting_person(market, provider)
    recorded(market, [a_pv_interval(person, provider, "500")])
    market.database.transact(
        lambda connection: connection.exec_driver_sql(
            "set local session_replication_role = replica;"
            " update action set action_class = 'behaviour_only'"
        )
    )
    assert entries(market, selected(market)) == set()


def test_a_covered_emitters_own_reports_never_enter_a_bundle(market: Wiring) -> None:
    pooled_pv(market)
    market.database.transact(
        lambda connection: connection.exec_driver_sql(
            "update organisation set covered_emitter = true"
        )
    )
    assert entries(market, selected(market)) == set()


def test_a_version_on_press_figures_waits_for_two_people_of_two_roles(shut: Wiring) -> None:
    provider = an_organisation(shut, "provider")
    person = an_entrusting_person(shut, provider)
    ride = a_ride(person, provider, occurred_at=NOW - timedelta(days=30), region="CN-44")
    recorded(shut, [ride])
    version = rows(shut, "select methodology, version, provenance from action")[0]
    assert version["provenance"] == "press"
    assert entries(shut, selected(shut)) == set()

    def approve(role: str) -> None:
        user_id = a_user(shut, role)
        run(
            shut,
            approve_version,
            methodology=version["methodology"],
            version=version["version"],
            user_id=user_id,
            role=role,
            reason="the figure was checked",
            clock=StandingClock(NOW),
        )

    approve("operator")
    approve("operator")
    assert entries(shut, selected(shut)) == set()
    approve("authority")
    # Units for compliance are never made of it, whoever approves.
    assert entries(shut, selected(shut, class_code="compliance")) == set()
    assert len(entries(shut, selected(shut))) == 1


def test_a_person_approves_a_version_once(shut: Wiring) -> None:
    user_id = a_user(shut, "operator")

    def approve() -> list:
        return run(
            shut,
            approve_version,
            methodology=PV,
            version="2022",
            user_id=user_id,
            role="operator",
            reason="x",
            clock=StandingClock(NOW),
        )

    assert len(approve()) == 1
    with pytest.raises(AlreadyApproved):
        approve()


def test_two_bundles_never_hold_the_same_reduction(market: Wiring) -> None:
    pooled_pv(market)
    first, second = selected(market), selected(market)
    assert len(entries(market, first)) == 3
    assert entries(market, second) == set()


def test_running_a_selection_again_changes_nothing(market: Wiring) -> None:
    pooled_pv(market)
    bundle_id = selected(market)
    before = bundle(market, bundle_id), entries(market, bundle_id)
    task(market, names.SELECT_BUNDLE, bundle_id)
    assert (bundle(market, bundle_id), entries(market, bundle_id)) == before


def test_an_empty_selection_is_not_reported(market: Wiring) -> None:
    bundle_id = selected(market)
    with pytest.raises(NothingSelected):
        run(
            market,
            start_report,
            bundle_id,
            by=operator(),
            clock=StandingClock(NOW),
        )


def test_the_report_counts_by_behaviour_month_region_and_version(market: Wiring) -> None:
    pooled_pv(market)
    bundle_id, _ = submitted(market)
    made = bundle(market, bundle_id)
    report = made.report.as_document()
    assert report["reductions"] == 3
    assert report["saved_mg"] == str(made.selected_mg)
    for name, key in (("by_behaviour", "distributed_pv"), ("by_month", "2026-03")):
        (line,) = report[name]
        assert key in line.values()
        assert line["reductions"] == 3
    (version,) = report["by_version"]
    assert version["methodology"] == f"{PV}@2022"
    assert version["digest"].startswith("sha256:")
    assert report["factors"]


def test_the_sample_follows_from_the_seed_and_needs_a_verifier(market: Wiring) -> None:
    pooled_pv(market, people=5)
    bundle_id, _ = submitted(market)
    made = bundle(market, bundle_id)
    assert made.sampling_plan.population == 5
    drawn = rows(market, "select action_id from bundle_sample where bundle_id = :id", id=bundle_id)
    assert len(drawn) == made.sampling_plan.size
    other = selected(market)
    with pytest.raises(BundleStateConflict):
        submit_to(market, other, new_id())


def test_only_a_registered_verifier_verifies(market: Wiring) -> None:
    pooled_pv(market)
    bundle_id = selected(market)
    run(market, start_report, bundle_id, by=operator(), clock=StandingClock(NOW))
    task(market, names.REPORT_BUNDLE, bundle_id)
    enterprise = an_organisation(market, "enterprise")
    with pytest.raises(UnknownVerifier):
        submit_to(market, bundle_id, enterprise)


def test_an_opinion_needs_a_finding_for_every_drawn_reduction(market: Wiring) -> None:
    pooled_pv(market)
    bundle_id, verifier = submitted(market)
    with pytest.raises(SampleIncomplete):
        opine(market, bundle_id, verifier, positive=True, statement="")
    with pytest.raises(NotInSample):
        run(
            market,
            give_findings,
            bundle_id,
            [StatedFinding(new_id(), 0, None)],
            by=a_verifier(verifier),
            clock=StandingClock(NOW),
        )


def test_what_the_verifier_did_not_find_is_deducted(market: Wiring) -> None:
    pooled_pv(market)
    bundle_id = noticed(market, found_per_mille=900)
    made = bundle(market, bundle_id)
    # Everything was looked at, so the deduction is exact.
    assert made.deducted_mg == pytest.approx(made.selected_mg // 10, abs=3)


def test_a_negative_opinion_returns_everything_to_the_pool(market: Wiring) -> None:
    pooled_pv(market)
    bundle_id, verifier = submitted(market)
    opine(market, bundle_id, verifier, positive=False, statement="no")
    task(market, names.RELEASE_BUNDLE, bundle_id)
    assert bundle(market, bundle_id).state == "rejected"
    assert entries(market, bundle_id) == set()
    assert len(entries(market, selected(market))) == 3
    assert_every_milligram_has_a_place(market)


def test_sealing_waits_for_the_notice_and_for_two_people(market: Wiring) -> None:
    pooled_pv(market)
    bundle_id, verifier = submitted(market)
    pairs = rows(market, "select action_id from bundle_sample")
    found = [StatedFinding(row["action_id"], None, None) for row in pairs]
    run(
        market,
        give_findings,
        bundle_id,
        found,
        by=a_verifier(verifier),
        clock=StandingClock(NOW),
    )
    opine(market, bundle_id, verifier, positive=True, statement="")
    run(
        market,
        give_notice,
        bundle_id,
        terms=Notice(7, WorkingDays(CN)),
        zone=market.zone,
        by=operator(),
        clock=StandingClock(noon(date(2026, 7, 3))),
    )
    user_id = new_id()

    def sign(role: str, today: date, who: UUID | None = None) -> list[str]:
        return run(
            market,
            sign_seal,
            bundle_id,
            by=Viewer(role, None, who or user_id),
            zone=market.zone,
            clock=StandingClock(noon(today)),
        ).awaiting

    with pytest.raises(NoticeRunning):
        sign("operator", date(2026, 7, 14))
    after = date(2026, 7, 15)
    assert sign("operator", after) == ["authority"]
    assert sign("operator", after) == ["authority"]
    with pytest.raises(SamePersonTwice):
        sign("authority", after)
    assert bundle(market, bundle_id).state == "noticed"
    assert sign("authority", after, new_id()) == []
    assert bundle(market, bundle_id).state == "sealing"


def test_every_reduction_of_a_sealed_bundle_is_proven(market: Wiring) -> None:
    pooled = pooled_pv(market, people=7)
    bundle_id = sealed(market)
    made = bundle(market, bundle_id)
    offsets = []
    for person, action in pooled:
        found = run(
            market, lambda connection, p=person, a=action: prove_inclusion(connection, p, a)
        )
        assert found.bundle_id == bundle_id
        assert verify_inclusion(found.proof, root_digest=made.root.hex(), total_mg=made.selected_mg)
        offsets.append((found.offset_mg, found.offset_mg + found.saved_mg))
    offsets.sort()
    # The parts lie end to end from nothing to the total.
    assert [start for start, _ in offsets] == [0, *(end for _, end in offsets[:-1])]
    assert offsets[-1][1] == made.selected_mg


def test_there_is_no_proof_before_the_seal_or_for_somebody_else(market: Wiring) -> None:
    pooled = pooled_pv(market)
    bundle_id = sealing(market)
    person, action = pooled[0]
    with pytest.raises(NotInSealedBundle):
        run(market, prove_inclusion, person, action)
    task(market, names.SEAL_BUNDLE, bundle_id)
    with pytest.raises(NotInSealedBundle):
        run(market, prove_inclusion, pooled[1][0], action)


def test_a_withdrawal_before_the_seal_takes_out_and_after_it_stays(market: Wiring) -> None:
    provider = an_organisation(market, "provider")
    persons = [a_person(market, provider) for _ in range(3)]
    contributions = [entrust(market, person) for person in persons]
    # Whoever entrusted twice and withdrew one is still covered by the other.
    entrust(market, persons[2], methodology=PV)
    recorded(market, [a_pv_interval(person, provider, "4000") for person in persons])
    bundle_id = sealing(market)
    withdraw(market, contributions[0])
    withdraw(market, contributions[2])
    task(market, names.SEAL_BUNDLE, bundle_id)
    assert {person for person, _ in entries(market, bundle_id)} == set(persons[1:])
    assert bundle(market, bundle_id).reductions == 2
    withdraw(market, contributions[1])
    task(market, names.SEAL_BUNDLE, bundle_id)
    assert len(entries(market, bundle_id)) == 2
    assert_every_milligram_has_a_place(market)


def test_a_reversal_before_the_freeze_takes_out_and_after_it_stays(market: Wiring) -> None:
    pooled = pooled_pv(market)
    bundle_id = noticed(market)
    out = {"zone": market.zone, "now": NOW}
    gone = run(market, remove_reversed, [TakenBack(*pooled[0], 1)], **out)
    assert gone[pooled[0][1]].stays is False
    assert entries(market, bundle_id) == set(pooled[1:])
    other = sealed(market)
    stays = run(market, remove_reversed, [TakenBack(*each, 1) for each in pooled], **out)
    assert {key for key, place in stays.items() if place.stays} == {pooled[0][1]}
    assert entries(market, other) == {pooled[0]}


def test_issuing_rounds_down_and_gives_every_milligram_a_place(market: Wiring) -> None:
    pooled_pv(market)
    bundle_id = issued(market, found_per_mille=990)
    made = bundle(market, bundle_id)
    assert made.selected_mg + made.carried_in_mg == (
        made.deducted_mg + made.reserve_mg + made.issued_t * TONNE_MG + made.carried_out_mg
    )
    assert 0 < made.carried_out_mg < TONNE_MG
    (units,) = rows(
        market,
        "select upper(numbers) - lower(numbers) as t from unit_block where state = 'active'",
    )
    assert units["t"] == made.issued_t
    assert_every_milligram_has_a_place(market)


def test_the_remainder_goes_to_the_next_bundle_of_its_family_vintage_and_class(
    market: Wiring,
) -> None:
    pooled_pv(market)
    first = bundle(market, issued(market, methodology=PV))
    pooled_pv(market)
    assert bundle(market, selected(market, methodology=METRO)).carried_in_mg == 0
    held = selected(market, methodology=PV)
    assert bundle(market, held).carried_in_mg == first.carried_out_mg
    # One remainder is carried into one bundle, and comes back when that one is let go.
    assert bundle(market, selected(market, methodology=PV)).carried_in_mg == 0
    run(
        market,
        cancel_bundle,
        held,
        by=operator(),
        clock=StandingClock(NOW),
    )
    task(market, names.RELEASE_BUNDLE, held)
    second = bundle(market, issued(market, methodology=PV))
    assert second.carried_in_mg == first.carried_out_mg
    assert_every_milligram_has_a_place(market)


def test_the_reserve_is_numbered_when_it_holds_whole_tonnes(market: Wiring) -> None:
    pooled_pv(market, people=1, kwh="100000")
    made = bundle(market, issued(market, methodology=PV))
    (buffer,) = rows(
        market,
        "select upper(numbers) - lower(numbers) as t from unit_block where state = 'buffer'",
    )
    assert buffer["t"] == made.reserve_mg // TONNE_MG > 0
    pooled_pv(market, people=1, kwh="100000")
    second = bundle(market, issued(market, methodology=PV))
    numbered = sum(
        row["t"]
        for row in rows(
            market,
            "select upper(numbers) - lower(numbers) as t from unit_block where state = 'buffer'",
        )
    )
    assert numbered == (made.reserve_mg + second.reserve_mg) // TONNE_MG


def test_serial_numbers_run_on_without_gap_over_bundles(market: Wiring) -> None:
    for _ in range(3):
        pooled_pv(market)
        issued(market, methodology=PV)
    found = rows(
        market, "select lower(numbers) as a, upper(numbers) as b from unit_block order by numbers"
    )
    assert found[0]["a"] == 1
    assert [row["a"] for row in found[1:]] == [row["b"] for row in found[:-1]]


def test_issuing_needs_both_and_happens_once(market: Wiring) -> None:
    pooled_pv(market)
    bundle_id = sealed(market)

    def sign(role: str) -> list[str]:
        return run(
            market,
            sign_issue,
            bundle_id,
            by=somebody(role),
            clock=StandingClock(NOW),
        ).awaiting

    assert sign("authority") == ["operator"]
    assert rows(market, "select 1 from unit_block") == []
    assert sign("operator") == []
    with pytest.raises(BundleStateConflict):
        sign("operator")
    assert programme_block(market, bundle_id)


def test_points_do_not_move_when_reductions_are_bundled(market: Wiring) -> None:
    pooled_pv(market)
    before = rows(market, "select * from points_account order by participant_id")
    transfers = rows(market, "select count(*) from points_transfer")
    issued(market)
    assert rows(market, "select * from points_account order by participant_id") == before
    assert rows(market, "select count(*) from points_transfer") == transfers


def test_a_metro_ride_ends_in_a_bundle_after_its_gate_is_open(shut: Wiring) -> None:
    provider = an_organisation(shut, "provider")
    person = an_entrusting_person(shut, provider)
    recorded(shut, [a_ride(person, provider, occurred_at=NOW - timedelta(days=9))])
    (made,) = rows(shut, "select methodology, version from action")
    open_gate(shut, made["methodology"], made["version"])
    bundle_id = selecting(shut)
    task(shut, names.SELECT_BUNDLE, bundle_id)
    assert bundle(shut, bundle_id).selected_mg == 46_000
