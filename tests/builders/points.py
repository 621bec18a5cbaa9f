"""People with points to spend, and a plain check that their points book is in order."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.ids import new_id
from app.shown.points import points_answer
from app.store.database import Connection
from app.store.people.consents import NewConsent, add_consents
from app.usecases.points.read_points import read_points
from app.usecases.recording.record import Recorded
from app.wiring import Wiring
from behaviours.people import BY_API, Consent
from behaviours.viewer import Viewer
from tests.builders.actions import a_ride, recording
from tests.builders.people import a_participant
from tests.builders.texts import SINCE

POINTS_PER_BOX = 50
MOST_BOXES_A_DAY = 20
MOST_BOXES_AN_ACTION = 10

# Each row is a person whose book contradicts itself, and how.
_FAULTS = """
with people as (select unnest(cast(:people as uuid[])) as participant_id),
lots as (
  select participant_id, sum(remaining) as remaining from points_lot group by 1
), moves as (
  select participant_id, count(*) as transfers,
    sum(points * ((debit_account = 'participant')::int - (credit_account = 'participant')::int))
      as balance,
    sum(points * ((debit_account = 'held')::int - (credit_account = 'held')::int)) as held,
    sum(points * ((credit_account = 'debt')::int - (debit_account = 'debt')::int)) as debt
  from points_transfer group by 1
), holds as (
  select participant_id, sum(quantity * points_each) as points
  from redemption where state = 'held' group by 1
), uses as (
  select participant_id, lot_id, sum(points) as points from points_lot_use group by 1, 2
), moved as (
  select t.participant_id, t.transfer_id,
    t.points * ((debit_account = 'participant')::int - (credit_account = 'participant')::int)
      - coalesce((select sum(u.points) from points_lot_use u
          where u.participant_id = t.participant_id and u.transfer_id = t.transfer_id), 0)
      as difference
  from points_transfer t join people using (participant_id)
)
select participant_id, 'balance is not the sum of the lots' from points_account
  join people using (participant_id) left join lots using (participant_id)
  where balance <> coalesce(lots.remaining, 0)
union all
select participant_id, 'balance is not the sum of the transfers' from points_account a
  join people using (participant_id) left join moves using (participant_id)
  where a.balance <> coalesce(moves.balance, 0)
union all
select participant_id, 'held is not the sum of the transfers' from points_account a
  join people using (participant_id) left join moves using (participant_id)
  where a.held <> coalesce(moves.held, 0)
union all
select participant_id, 'held is not the sum of the open holds' from points_account a
  join people using (participant_id) left join holds using (participant_id)
  where a.held <> coalesce(holds.points, 0)
union all
select participant_id, 'debt is not what was owed less what was recovered'
  from points_account a join people using (participant_id)
  left join moves using (participant_id) where a.debt <> coalesce(moves.debt, 0)
union all
select participant_id, 'a lot is not the sum of its uses' from points_lot l
  join people using (participant_id) left join uses using (participant_id, lot_id)
  where l.remaining <> coalesce(uses.points, 0)
union all
select participant_id, 'a transfer is not the sum of its lot uses' from moved
  where difference <> 0
union all
select participant_id, 'version is behind the transfers' from points_account a
  join people using (participant_id) left join moves using (participant_id)
  where a.version < coalesce(moves.transfers, 0)
"""


def a_person_with(wiring: Wiring, points: int, *, available_at: datetime | None = None) -> UUID:
    """A fresh person with exactly ``points`` (a multiple of 50) available at a moment."""
    person = a_participant(wiring)
    give_points(wiring, person, points, available_at=available_at or datetime.now(UTC))
    return person


def give_points(
    wiring: Wiring, person: UUID, points: int, *, available_at: datetime
) -> list[Recorded]:
    """Let a person hand back parcel boxes worth exactly ``points``, available at a moment."""
    given = hand_back_boxes(wiring, person, points, available_at=available_at)
    assert sum(each.points for each in given) == points
    return given


def hand_back_boxes(
    wiring: Wiring, person: UUID, points: int, *, available_at: datetime
) -> list[Recorded]:
    """The same, as far as the caps of the days allow."""
    assert points % POINTS_PER_BOX == 0, "a box is worth 50 points"
    recorded_at = available_at - timedelta(days=2)
    boxes, day, actions = points // POINTS_PER_BOX, 0, []
    provider = their_provider(wiring, person)
    while boxes:
        today = min(boxes, MOST_BOXES_A_DAY)
        boxes -= today
        while today:
            part = min(today, MOST_BOXES_AN_ACTION)
            today -= part
            actions.append(
                _boxes(person, provider, part, recorded_at - timedelta(days=day, minutes=5))
            )
        day += 1
    answers = recording(wiring, actions, now=recorded_at)
    given = [answer for answer in answers if isinstance(answer, Recorded)]
    assert len(given) == len(answers), answers
    return given


def points_of(wiring: Wiring, person: UUID, *, now: datetime | None = None) -> dict[str, Any]:
    """What ``GET /v1/me/points`` would say."""
    moment = now or datetime.now(UTC)
    viewer, zone = Viewer("participant", person), wiring.rulebook.zone
    return points_answer(wiring.database.transact(read_points, viewer, now=moment, zone=zone))


def assert_points_balance(wiring: Wiring, people: Collection[UUID]) -> None:
    """Every total is the sum of what it totals."""
    faults = wiring.database.transact(
        lambda connection: connection.execute(text(_FAULTS), {"people": list(people)}).fetchall()
    )
    assert not faults, [tuple(fault) for fault in faults]


def their_provider(wiring: Wiring, person: UUID) -> UUID:
    """Who enrolled the person, who has agreed for ever to its reports of boxes."""

    def agree(connection: Connection) -> UUID:
        found = connection.execute(
            text("select enrolled_by from participant where participant_id = :person"),
            {"person": person},
        ).scalar_one()
        given = Consent(new_id(), found, "parcel_box_return", "2026-01", SINCE, SINCE, None, BY_API)
        add_consents(connection, [NewConsent(person, given)])
        return found

    return wiring.database.transact(agree)


def _boxes(person: UUID, provider: UUID, boxes: int, occurred_at: datetime) -> Any:
    return a_ride(
        person,
        provider,
        behaviour="parcel_box_return",
        occurred_at=occurred_at.replace(microsecond=0),
        region="CN-33",
        quantities={"boxes": str(boxes)},
        evidence={"waybill_no": secrets.token_hex(8)},
    )
