"""Users: what can be done with one in which state, by whom, and who has to be left."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from behaviours.users import (
    ACTIVE,
    ADMINISTRATOR,
    ALL_STEPS,
    APPROVE,
    CHANGE_PASSWORD,
    DONE_IN,
    END,
    ENDED,
    INVITED,
    LOCK,
    LOCKED,
    MEMBER,
    PARTICIPANT,
    PROPOSED,
    STATES,
    STEPS,
    UNLOCK,
    LastOfItsRole,
    NotAdministrator,
    NotForOneself,
    RecoverySignature,
    SignedAlready,
    UnknownUser,
    User,
    UserSignature,
    UserStateConflict,
    check_may_invite,
    check_signs_once,
    check_signs_recovery,
    check_somebody_left,
    is_last_of_role,
    new_staff,
    open_user,
    people_missing,
    roles_missing,
)
from behaviours.viewer import Viewer

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
METRO, OTHER = UUID(int=100), UUID(int=200)


def of_programme(number: int = 1, role: str = "operator", state: str = ACTIVE) -> User:
    user = new_staff(
        UUID(int=number), f"u{number}", "王芳", role, organisation_id=None, duty=None, now=NOW
    )
    return replace(user, state=state)


def of_metro(number: int = 5, duty: str = MEMBER, state: str = ACTIVE) -> User:
    user = new_staff(
        UUID(int=number), f"u{number}", "Li", "provider", organisation_id=METRO, duty=duty, now=NOW
    )
    return replace(user, state=state)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("step", sorted(STEPS))
def test_a_step_starts_where_the_table_says_and_nowhere_else(step: str, state: str) -> None:
    user = of_programme(state=state)
    if state not in STEPS[step].needs:
        with pytest.raises(UserStateConflict) as caught:
            user.move(step, now=NOW)
        assert caught.value.facts["state"] == state
        return
    moved = user.move(step, now=NOW)
    assert moved.state == STEPS[step].leads_to
    assert moved.version == user.version + 1, "what was proven before begins no login"
    assert (moved.ended_at == NOW) == (moved.state == ENDED) == moved.has_ended


@pytest.mark.parametrize("step", sorted(DONE_IN))
def test_what_moves_nobody_is_done_in_some_states_only(step: str) -> None:
    for state in STATES:
        user = of_programme(state=state)
        if state in DONE_IN[step]:
            user.check(step)
            assert user.renewed(step).version == user.version + 1
        else:
            with pytest.raises(UserStateConflict):
                user.check(step)


def test_every_step_has_one_name() -> None:
    assert len(set(ALL_STEPS)) == len(ALL_STEPS)


def test_another_password_unlocks_who_was_locked() -> None:
    assert of_programme(state=LOCKED).with_new_password(now=NOW).may_come_in
    assert of_programme().with_new_password(now=NOW).version == 2
    with pytest.raises(UserStateConflict):
        of_programme(state=INVITED).with_new_password(now=NOW)


def test_who_acts_for_the_programme_is_proposed_and_who_acts_for_an_organisation_invited() -> None:
    operator, member = of_programme(state=PROPOSED), of_metro(state=INVITED)
    assert new_staff(
        UUID(int=1), "u1", "王芳", "operator", organisation_id=None, duty=None, now=NOW
    ).is_proposed
    assert (operator.acts_for_programme, operator.tenant_id) == (True, None)
    assert (member.is_invited, member.acts_for_programme, member.tenant_id) == (True, False, METRO)
    assert not operator.move(APPROVE, now=NOW).may_come_in, "a link has to be used first"


def test_a_person_comes_in_from_the_first_under_no_name_but_the_accounts() -> None:
    person = open_user(UUID(int=9), "par", PARTICIPANT, participant_id=OTHER, now=NOW)
    assert (person.display_name, person.tenant_id, person.may_come_in) == (None, OTHER, True)
    assert not person.is_staff
    assert person.own_names == ("par", "")
    operator = open_user(UUID(int=9), "first", "operator", participant_id=None, now=NOW)
    assert (operator.display_name, operator.is_staff) == ("first", True)


def test_nobody_is_put_out_of_the_programme_by_one() -> None:
    assert of_programme().ends_by_two
    assert of_programme(state=LOCKED).ends_by_two
    assert not of_programme(state=PROPOSED).ends_by_two, "nobody could come in as them yet"
    assert not of_metro().ends_by_two
    assert of_programme().move(LOCK, now=NOW).move(UNLOCK, now=NOW).may_come_in


def test_a_user_is_known_to_the_programme_to_their_organisation_and_to_themselves() -> None:
    user = of_metro()
    for viewer in (
        Viewer("operator", None, UUID(int=1)),
        Viewer("provider", METRO, UUID(int=6)),
        Viewer("provider", None, user.user_id),
    ):
        user.check_seen_by(viewer)
    with pytest.raises(UnknownUser):
        user.check_seen_by(Viewer("provider", OTHER, UUID(int=6)))
    person = open_user(UUID(int=9), "par", PARTICIPANT, participant_id=OTHER, now=NOW)
    with pytest.raises(UnknownUser):
        person.check_seen_by(Viewer("operator", None, UUID(int=1)))


def test_users_are_let_in_by_an_administrator_of_their_own_or_by_the_programme() -> None:
    check_may_invite(of_programme(), METRO)
    check_may_invite(of_metro(duty=ADMINISTRATOR), METRO)
    for administrator, organisation in (
        (of_metro(duty=ADMINISTRATOR), OTHER),
        (of_metro(duty=ADMINISTRATOR), None),
        (of_metro(duty=MEMBER), METRO),
    ):
        with pytest.raises(NotAdministrator):
            check_may_invite(administrator, organisation)


def test_nobody_administers_themselves() -> None:
    administrator = of_metro(duty=ADMINISTRATOR)
    of_metro(6).check_administered_by(administrator)
    with pytest.raises(NotForOneself):
        administrator.check_administered_by(administrator)


def test_two_people_of_two_roles_sign_and_each_once() -> None:
    operator, authority = (
        UserSignature(UUID(int=1), "operator"),
        UserSignature(UUID(int=2), "authority"),
    )
    assert roles_missing([]) == ["authority", "operator"]
    assert roles_missing([operator]) == ["authority"]
    assert roles_missing([operator, authority]) == []
    assert [
        people_missing(each) for each in ([], [operator], [operator] * 2, [operator, authority])
    ] == [2, 1, 1, 0]
    check_signs_once([operator], authority.user_id)
    with pytest.raises(SignedAlready):
        check_signs_once([operator], operator.user_id)


def test_the_command_line_signs_a_way_back_once_as_anybody() -> None:
    by_server = RecoverySignature(UUID(int=7), None)
    check_signs_recovery([by_server], UUID(int=1))
    with pytest.raises(SignedAlready):
        check_signs_recovery([by_server], None)


def test_somebody_is_left_who_can_act_in_the_role() -> None:
    last = of_programme()
    check_somebody_left(last, [last.user_id, UUID(int=2)])
    with pytest.raises(LastOfItsRole) as caught:
        check_somebody_left(last, [last.user_id])
    assert caught.value.facts == {"role": "operator"}
    check_somebody_left(of_programme(state=PROPOSED), [])
    assert is_last_of_role(last, [last.user_id])
    assert not is_last_of_role(last, [last.user_id, UUID(int=2)])
    assert not is_last_of_role(of_metro(), [UUID(int=5)])


def test_who_ended_stays_so() -> None:
    ended = of_programme().move(END, now=NOW)
    for step in (*STEPS, CHANGE_PASSWORD):
        with pytest.raises(UserStateConflict):
            ended.move(step, now=NOW) if step in STEPS else ended.check(step)
