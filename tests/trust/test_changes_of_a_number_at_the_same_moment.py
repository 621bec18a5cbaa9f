"""Changes of a number beside each other, beside enrolments and beside leaving."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

import pytest

from app.tokens import LONGEST_LIFETIME
from app.usecases.people.close_account import close_account
from app.usecases.people.enrol import Enrolment, enrol
from behaviours.identity_change import (
    REASSIGNED,
    IdentityChangeEnded,
    IdentityChangeWaits,
    IdentityTaken,
)
from behaviours.people import UnknownOfPerson
from behaviours.refusal import Refusal
from tests.builders.at_once import at_once
from tests.builders.held import while_held
from tests.builders.identity_changes import Scene, a_number, asked_now, asking, scene, signing
from tests.builders.parallel import accepted, refused
from tests.builders.people import a_participant, an_organisation

__all__ = ["scene"]

# Each on connections of their own.


def enrolling(scene: Scene, number: str):
    provider = an_organisation(scene.wiring)
    return lambda connection: (
        enrol(
            connection,
            [Enrolment(number, "CN-33")],
            organisation_id=provider,
            identity_key=scene.wiring.settings.identity_key,
            scenes=scene.wiring.scenes,
            clock=scene.wiring.clock,
        )[0].participant_id
    )


def leaving(scene: Scene):
    return lambda connection: close_account(
        connection,
        [scene.person],
        access_lifetime=LONGEST_LIFETIME,
        clock=scene.wiring.clock,
        rulebook=scene.wiring.rulebook,
    )


def racing(scene: Scene, works: list[Any]) -> list[Any]:
    return at_once([partial(scene.wiring.database.transact, each) for each in works])


def test_of_two_changes_of_one_person_one_waits(scene):
    answers = racing(scene, [asking(scene, a_number()) for _ in range(4)])
    assert len(accepted(answers)) == 1
    assert len(refused(answers, IdentityChangeWaits)) == 3


def test_of_two_last_signatures_one_carries_it_out(scene):
    new = a_number()
    change = asked_now(scene, new)
    answers = racing(scene, [signing(scene, change, new) for _ in range(4)])
    assert len(accepted(answers)) == 1
    assert len(refused(answers, IdentityChangeEnded)) == 3
    assert scene.leads_to(new) == scene.person
    assert scene.broken() == []


def test_one_number_for_two_accounts_goes_to_one(scene):
    new = a_number()
    number = a_number()
    other = Scene(
        scene.http,
        scene.tokens,
        scene.wiring,
        a_participant(scene.wiring, identity=number),
        number,
    )
    works = [signing(each, asked_now(each, new), new) for each in (scene, other)]
    answers = racing(scene, works)
    assert len(accepted(answers)) == len(refused(answers, IdentityTaken)) == 1
    assert scene.leads_to(new) in {scene.person, other.person}
    assert scene.broken() == other.broken() == []


@pytest.mark.parametrize("first", ["enrolment", "change"])
def test_a_change_beside_the_enrolment_of_the_new_number(scene, first):
    new = a_number()
    works = [enrolling(scene, new), signing(scene, asked_now(scene, new), new)]
    if first == "change":
        works.reverse()
    held, waiting = works
    kept = []
    result = while_held(
        scene.wiring.database,
        lambda connection: kept.append(held(connection)),
        lambda: answered(scene, waiting),
    )
    if first == "change":
        assert result == scene.person
    else:
        assert isinstance(result, IdentityTaken)
        assert scene.leads_to(new) == kept[0] != scene.person
    assert scene.broken() == []


def answered(scene: Scene, work: Any) -> Any:
    try:
        return scene.wiring.database.transact(work)
    except Refusal as refusal:
        return refusal


def test_who_enrols_with_the_former_number_while_it_is_given_away_is_somebody_new(scene):
    new = a_number()
    change = asked_now(scene, new, REASSIGNED)
    stranger = while_held(
        scene.wiring.database,
        signing(scene, change, new),
        partial(answered, scene, enrolling(scene, scene.number)),
    )
    assert isinstance(stranger, UUID)
    assert stranger != scene.person
    assert scene.leads_to(scene.number) == stranger


@pytest.mark.parametrize("first", ["leaving", "change"])
def test_a_change_beside_leaving(scene, first):
    new = a_number()
    works = [leaving(scene), signing(scene, asked_now(scene, new), new)]
    if first == "change":
        works.reverse()
    held, waiting = works
    result = while_held(scene.wiring.database, held, partial(answered, scene, waiting))
    if first == "leaving":
        assert isinstance(result, UnknownOfPerson)
    assert scene.leads_to(new) is scene.leads_to(scene.number) is None
    assert scene.broken() == []
