"""What is recorded already, and what it says against a new action: in which order, and how."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.action import ClaimKey, Exclusion
from behaviours.actions.consent import (
    GivenConsent,
    Reach,
    consent_refusal,
    places_refusal,
    reach_of,
)
from behaviours.actions.inherited import facts_of, inherited, once_for_a_person
from behaviours.actions.obstacles import Objection, Obstacles, objection
from behaviours.actions.shipped import load_rulebook
from behaviours.civil_time import instant
from tests.behaviours.builders import an_accepted_action

PERSON = UUID(int=1).hex
HOLDER = (UUID(int=2), UUID(int=3))
FREE = Obstacles(is_active=True, reach=Reach.COVERED)
DONE = datetime(2026, 6, 1, 2, tzinfo=UTC)
DAY_ENDS = datetime(2026, 6, 1, 16, tzinfo=UTC)
EVENT, RIDE = b"event", b"ride"


def said(obstacles: Obstacles = FREE, *, provider: str = "p", **taken: bool) -> Objection | None:
    accepted = an_accepted_action("metro_ride", participant_id=PERSON)
    accepted = accepted._replace(action=replace(accepted.action, provider_id=provider))
    # With the event before the ride's own claim, as the recorder puts it.
    accepted = accepted._replace(claims=(accepted.claims[0], *accepted.claims))
    holders = {digest: HOLDER for name, digest in (("event", EVENT), ("ride", RIDE))
               if taken.get(name)}  # fmt: skip
    return objection(accepted, [EVENT, RIDE], obstacles, holders, UTC)


def code(obstacles: Obstacles = FREE, **changes: object) -> str | None:
    found = said(obstacles, **changes)  # type: ignore[arg-type]
    return found.refusal.code if found else None


def test_nothing_stands_against_a_new_ride_of_a_person_who_agreed() -> None:
    assert said() is None


def test_an_unknown_person_and_a_stranger_are_told_apart_by_nobody() -> None:
    unknown = said(FREE._replace(is_active=None))
    stranger = said(FREE._replace(reach=Reach.STRANGER))
    assert unknown is not None
    assert stranger is not None
    assert unknown.refusal.key == stranger.refusal.key == "UNKNOWN_PARTICIPANT"
    assert unknown.refusal.facts == stranger.refusal.facts


def test_a_person_needs_no_consent_to_report_alone() -> None:
    assert code(FREE._replace(reach=Reach.STRANGER), provider="") is None


def test_a_repeat_stays_a_repeat_whatever_else_is_wrong() -> None:
    gone = Obstacles(is_active=False, reach=Reach.WITHDRAWN, ride=UUID(int=9), meter=HOLDER)
    assert code(gone, event=True, ride=True) == "DUPLICATE_ACTION"


def test_who_left_comes_before_consent_and_consent_before_claims() -> None:
    assert code(Obstacles(False, Reach.WITHDRAWN), ride=True) == "PARTICIPANT_CLOSED"
    assert code(FREE._replace(reach=Reach.WITHDRAWN), ride=True) == "CONSENT_WITHDRAWN"
    assert code(FREE._replace(reach=Reach.OTHER_SCENE), ride=True) == "CONSENT_MISSING"


def test_a_taken_claim_points_at_its_evidence_and_names_its_holder_to_the_recorder_alone() -> None:
    found = said(ride=True)
    assert found is not None
    assert (found.refusal.code, found.refusal.pointer) == ("DUPLICATE_CLAIM", "/evidence/ride_id")
    assert found.refusal.facts == {"collides_on": "ride"}
    assert found.holder == HOLDER


def test_a_ride_a_meter_and_a_side_are_in_the_way_in_this_order() -> None:
    side = Exclusion("g", "a", DONE.date())
    every = FREE._replace(ride=UUID(int=9), meter=HOLDER, other_side=side)
    assert code(every) == "OVERLAPPING_RIDE"
    assert said(every).holder == (UUID(hex=PERSON), UUID(int=9))  # type: ignore[union-attr]
    assert code(every._replace(ride=None)) == "OVERLAPPING_METER_INTERVAL"
    last = said(every._replace(ride=None, meter=None))
    assert last is not None
    assert last.refusal.code == "EXCLUDED_BY_OTHER_BEHAVIOUR"
    assert last.holder is None


def reach(*consents: tuple[str, int, int | None], is_enrolled: bool = True) -> Reach:
    """Of consents as (scene, minutes from the action to the grant, and to the withdrawal)."""
    given = [
        GivenConsent(
            scene,
            DONE + timedelta(minutes=granted),
            None if withdrawn is None else DONE + timedelta(minutes=withdrawn),
        )
        for scene, granted, withdrawn in consents
    ]
    return reach_of(
        given,
        behaviour="metro_ride",
        category="travel",
        occurred_at=DONE,
        day_ends_at=DAY_ENDS,
        is_enrolled=is_enrolled,
    )


@pytest.mark.parametrize("scene", ["metro_ride", "travel"])
def test_a_consent_to_the_behaviour_or_its_category_covers(scene: str) -> None:
    assert reach((scene, -60, None)) is Reach.COVERED


def test_without_a_consent_it_matters_who_enrolled_the_person() -> None:
    assert reach() is Reach.OTHER_SCENE
    assert reach(is_enrolled=False) is Reach.STRANGER
    assert reach(("food", -60, None), is_enrolled=False) is Reach.OTHER_SCENE


def test_a_consent_of_the_same_day_covers_and_one_of_the_next_day_does_not() -> None:
    until_midnight = int((DAY_ENDS - DONE).total_seconds()) // 60
    assert reach(("travel", until_midnight - 1, None)) is Reach.COVERED
    assert reach(("travel", until_midnight, None)) is Reach.GRANTED_LATER


def test_a_withdrawal_covers_what_was_done_before_it() -> None:
    assert reach(("travel", -60, 1)) is Reach.COVERED
    assert reach(("travel", -60, 0)) is Reach.WITHDRAWN


def test_the_best_of_several_consents_counts() -> None:
    assert reach(("travel", -60, -30), ("metro_ride", -20, None)) is Reach.COVERED
    assert reach(("food", -60, None), ("travel", -60, -30)) is Reach.WITHDRAWN


def test_every_reach_but_one_is_refused() -> None:
    keys = {each: consent_refusal(each, "metro_ride") for each in Reach}
    assert {each.name: refusal and refusal.key for each, refusal in keys.items()} == {
        "STRANGER": "UNKNOWN_PARTICIPANT",
        "OTHER_SCENE": "CONSENT_MISSING.never_given",
        "GRANTED_LATER": "CONSENT_MISSING.given_later",
        "WITHDRAWN": "CONSENT_WITHDRAWN",
        "COVERED": None,
    }


def test_every_reach_of_a_consent_to_places_but_one_is_refused_where_the_place_stands() -> None:
    keys = {each: places_refusal(each, "/end_place") for each in Reach}
    assert {each.name: refusal and refusal.key for each, refusal in keys.items()} == {
        "STRANGER": "PLACES_NOT_AGREED.never_given",
        "OTHER_SCENE": "PLACES_NOT_AGREED.never_given",
        "GRANTED_LATER": "PLACES_NOT_AGREED.given_later",
        "WITHDRAWN": "PLACES_NOT_AGREED.withdrawn",
        "COVERED": None,
    }
    assert {each.pointer for each in keys.values() if each} == {"/end_place"}


@pytest.mark.parametrize(
    ("behaviour", "after_leaving", "expected"),
    [
        ("metro_ride", timedelta(minutes=-1), "BEFORE_RETURN"),
        ("metro_ride", timedelta(0), None),
        # Of the day's steps nobody can tell which were walked before.
        ("walking", timedelta(hours=1), "BEFORE_RETURN"),
        ("walking", timedelta(days=1), None),
    ],
)
@pytest.mark.parametrize("provider", ["", "p"])
def test_where_nothing_was_kept_what_may_have_been_credited_is_not_credited_anew(
    behaviour: str, after_leaving: timedelta, expected: str | None, provider: str
) -> None:
    accepted = sent_by(provider, an_accepted_action(behaviour, participant_id=PERSON))
    left_at = instant(accepted.action.occurred_at) - after_leaving
    against = FREE._replace(inherited=inherited(left_at, None))
    if expected and provider:
        # What anybody would be told of whom it had agreed with later.
        expected = "CONSENT_MISSING"
    assert limited(accepted, against) == expected


def sent_by(provider: str, accepted: AcceptedAction) -> AcceptedAction:
    return accepted._replace(action=replace(accepted.action, provider_id=provider))


def limited(accepted: AcceptedAction, against: Obstacles) -> str | None:
    digests = [EVENT, *(b"claim" for _ in accepted.claims)]
    accepted = accepted._replace(claims=(accepted.claims[0], *accepted.claims))
    found = objection(accepted, digests, against, {}, UTC)
    return found.refusal.code if found else None


@pytest.mark.parametrize(
    ("days", "facts", "expected"),
    [
        (0, [], None),
        (1, [], "BEFORE_RETURN"),
        (0, [["ride", "2026-06-01T02:00:00+00:00", "2026-06-01T02:00:01+00:00"]],
         "OVERLAPPING_RIDE"),
        (0, [["ride", "2026-06-01T01:00:00+00:00", "2026-06-01T02:00:00+00:00"]], None),
        (0, [["side", "choice", "2026-06-01", "other"]], "EXCLUDED_BY_OTHER_BEHAVIOUR"),
        (0, [["side", "choice", "2026-06-01", "own"]], None),
        (0, [["side", "choice", "2026-05-31", "other"]], None),
        (0, [["agreed", UUID(int=7).hex, "travel"]], None),
    ],
)  # fmt: skip
def test_what_was_used_in_the_account_that_was_left_limits_the_next(
    days: int, facts: list[list[str]], expected: str | None
) -> None:
    accepted = sent_by("", an_accepted_action("metro_ride", participant_id=PERSON))
    assert accepted.action.occurred_at == DONE
    accepted = accepted._replace(exclusions=(Exclusion("choice", "own", DONE.date()),))
    against = inherited(DONE + timedelta(days=days, hours=1), facts)
    assert limited(accepted, FREE._replace(inherited=against)) == expected


def test_what_counts_once_for_a_person_is_found_again_whoever_it_is() -> None:
    meetings = load_rulebook().version("acef.online_meeting", "2022").trust

    def claimed(person: str, meeting: str) -> list[ClaimKey]:
        # The issuer, the number and the person, as the rule puts them.
        return [ClaimKey("meeting_attendance", f"zoom\x1f{meeting}\x1f{person}",
                         (f"old\x1f{meeting}\x1f{person}",))]  # fmt: skip

    before, day = claimed("a" * 32, "M-1"), DONE.date()
    facts = facts_of(meetings, before, "a" * 32, b"k" * 32, on=day, left_on=day)
    again = once_for_a_person(meetings, claimed("b" * 32, "M-1"), "b" * 32, b"k" * 32)
    other = once_for_a_person(meetings, claimed("b" * 32, "M-2"), "b" * 32, b"k" * 32)
    known = inherited(DONE, facts)
    assert known.counted(again) == "meeting_attendance"
    assert known.counted(other) is None
    against = FREE._replace(inherited=known, counted="ride")
    accepted = an_accepted_action("metro_ride", participant_id=PERSON)
    assert limited(accepted, against) == "DUPLICATE_CLAIM"


def test_of_a_day_or_year_that_is_over_nothing_is_kept() -> None:
    steps = load_rulebook().version("hb.walking", "2022").trust
    claims = [ClaimKey("steps_trace", "x\x1ftrace"), ClaimKey("steps_day", f"\x1f{PERSON}\x1fday")]
    left_on = DONE.date()
    kept = [
        facts_of(
            steps, claims, PERSON, b"k" * 32, on=left_on - timedelta(days=ago), left_on=left_on
        )
        for ago in (0, 1)
    ]
    assert [len(each) for each in kept] == [1, 0]
