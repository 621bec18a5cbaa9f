"""What was claimed by the release before is found by this one in every spelling."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any
from uuid import UUID

import pytest
from click import ClickException

from app.commands.checks import refuse_unsafe
from app.factory import create_app
from app.settings import Settings
from app.usecases.recording.carry_claims import carry_claims
from app.usecases.recording.record import Recorded
from app.usecases.recording.reverse_actions import Reversing, reverse_actions
from app.wiring import Wiring, wire
from behaviours.actions.action import Action
from behaviours.viewer import Viewer
from tests.builders.actions import a_ride, recording
from tests.builders.audit import audited
from tests.builders.people import Http, a_participant, an_organisation

# As the release before made them: without a key, of what was sent.
AS_IT_WAS = """
    update claim_key k
       set claim_digest = d.digest, fingerprint = null
      from unnest(%s::bytea[], %s::bytea[]) as d (held, digest)
     where k.claim_digest = d.held
"""


@pytest.fixture
def old(settings: Settings, fresh_database: str) -> Iterator[Wiring]:
    with closing(wire(replace(settings, database_url=fresh_database))) as made:
        yield made


def old_digest(kind: str, value: str) -> bytes:
    return blake2b(f"{kind}\0{value}".encode(), digest_size=16).digest()


def as_recorded_before(wiring: Wiring, actions: list[Action]) -> list[UUID]:
    """Record rides and meters, and put their claims back into the form of the release before."""
    ids, held, digests = [], [], []
    secret = wiring.rulebook.claiming.key
    for action in actions:
        (done,) = recording(wiring, [action])
        assert isinstance(done, Recorded), done
        assert done.action_id is not None
        ids.append(done.action_id)
        event = f"{action.provider_id}\0{action.external_id}"
        for kind, value, claim in [
            ("event", event, None),
            *(
                (claim.kind, action.evidence["ride_id"], claim)
                for claim in done.accepted.claims
                if claim.kind == "ride"
            ),
        ]:
            held.append(claim.digest(secret) if claim else done.accepted.claims[0].digest(secret))
            digests.append(old_digest(kind, value))
    with wiring.database.engine.begin() as connection:
        connection.exec_driver_sql(AS_IT_WAS, (held, digests))
        connection.exec_driver_sql(
            "update data_step set done = false, last_id = null where name = 'claims_by_normal_form'"
        )
    return ids


def who_agreed_long_ago(wiring: Wiring, provider: UUID) -> UUID:
    person = a_participant(wiring, provider_id=provider)
    with wiring.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "update consent set granted_at = granted_at - interval '60 days'"
        )
    return person


def rides(person: UUID, provider: UUID, numbers: list[str]) -> list[Action]:
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=20)
    return [
        a_ride(
            person, provider, evidence={"ride_id": number}, external_id=f"x-{at}",
            occurred_at=began + timedelta(minutes=5 * at),
        )
        for at, number in enumerate(numbers)
    ]  # fmt: skip


def carry(wiring: Wiring, part: int, most: int = 1000) -> tuple[int, int]:
    """Carry over at most so many parts: (claims, waiting)."""
    claims = waiting = 0
    for _ in range(most):
        done = wiring.database.transact(carry_claims, rulebook=wiring.rulebook, part=part)
        if done is None:
            break
        claims, waiting = claims + done.claims, waiting + done.waiting
    return claims, waiting


def again(wiring: Wiring, action: Action, number: str, **changes: Any) -> str:
    """What is said to another ride of the same number at another time."""
    sent = replace(
        action,
        external_id=f"{action.external_id}-again",
        occurred_at=action.occurred_at + timedelta(minutes=2),
        evidence={"ride_id": number},
        **changes,
    )
    (answer,) = recording(wiring, [sent], dry_run=True)
    return "recorded" if isinstance(answer, Recorded) else answer.code


def test_an_earlier_claim_is_found_in_other_spellings_after_stops_anywhere(old: Wiring) -> None:
    provider = an_organisation(old)
    person = who_agreed_long_ago(old, provider)
    actions = rides(person, provider, [f"AB-{number}" for number in range(25)])
    as_recorded_before(old, actions)
    assert again(old, actions[0], "ab0") == "recorded", "nothing is carried over yet"
    assert carry(old, 4, most=3) == (24, 0)
    assert again(old, actions[3], "ab 3") == "DUPLICATE_CLAIM"
    # A part that is not committed is as if it had never been.
    with old.database.engine.connect() as connection, connection.begin() as killed:
        assert carry_claims(connection, rulebook=old.rulebook, part=4) is not None
        killed.rollback()
    assert carry(old, 4) == (26, 0)
    assert carry(old, 4) == (0, 0)
    for at, action in enumerate(actions):
        assert again(old, action, f"ＡＢ{at}") == "DUPLICATE_CLAIM"
        (repeat,) = recording(old, [action], dry_run=True)
        assert not isinstance(repeat, Recorded)
        assert repeat.code == "DUPLICATE_ACTION"
    (other,) = recording(old, [replace(actions[7], region="CN-33")], dry_run=True)
    assert not isinstance(other, Recorded)
    assert other.facts["members"] == ["region"]
    assert [one.line() for one in audited(old) if not one.ok] == []


def test_two_spellings_that_were_both_credited_are_named_until_one_is_reversed(
    old: Wiring,
) -> None:
    provider = an_organisation(old)
    person = who_agreed_long_ago(old, provider)
    actions = rides(person, provider, ["AB-1", "other", "new"])
    ids = as_recorded_before(old, actions)
    with old.database.engine.begin() as connection:
        # The release before took another spelling for another ride.
        connection.exec_driver_sql("set local session_replication_role = replica")
        connection.exec_driver_sql(
            "update action set seal = null, external_id = 'x-1',"
            ' evidence = \'{"ride_id": "ab1"}\' where action_id = %s',
            (ids[1],),
        )
        connection.exec_driver_sql(
            "update claim_key set claim_digest = %s where claim_digest = %s",
            (old_digest("ride", "ab1"), old_digest("ride", "other")),
        )
    assert carry(old, 2) == (6, 1)
    assert {one.name for one in audited(old) if not one.ok} == {"claims_once"}
    old.database.transact(
        reverse_actions,
        [Reversing(ids[0], "counted twice")],
        viewer=Viewer("provider", provider),
        reversed_by="test",
        rulebook=old.rulebook,
        policies=old.policies,
        now=datetime.now(UTC),
    )
    assert again(old, actions[0], "AB 1") == "DUPLICATE_CLAIM", "the other one holds it now"
    assert [one.line() for one in audited(old) if not one.ok] == []


def test_nobody_is_served_until_the_last_part_is_carried_over(old: Wiring) -> None:
    """Else what was claimed before could be claimed again in the meantime."""
    provider = an_organisation(old)
    person = who_agreed_long_ago(old, provider)
    as_recorded_before(old, rides(person, provider, ["AB-1", "AB-2", "AB-3"]))
    asked = Http(create_app(old))
    for lines in (1, 2):
        answer = asked.get("/readyz", headers={"Accept-Language": "en"})
        assert (answer.status_code, answer.json["details"]["missing"]) == (503, ["database"])
        assert "claims_by_normal_form" in answer.json["detail"]
        assert "tanpuhui migrate" in answer.json["detail"]
        with pytest.raises(ClickException, match="carry-over: unfinished: claims_by_normal_form"):
            refuse_unsafe(old.settings)
        assert carry(old, 1, most=lines)[0] == 2 * lines
    carry(old, 1)
    assert asked.get("/readyz").status_code == 200
    refuse_unsafe(old.settings)
