"""The columns of what recording writes come from the tables, and every row has them all."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from uuid import UUID

from app.ids import new_id
from app.secrecy.sealing import new_data_key, unseal
from app.store.recording.candidate import candidate_of, spell
from app.store.recording.entries import action_row
from app.store.recording.reversing import ActionReversal
from app.store.recording.writing import ACTION, LOT
from app.store.tables.points import points_lot
from app.store.tables.recording import action, reversal
from app.usecases.recording import record as recording_verb
from app.wiring import Wiring
from behaviours.actions.judging import judge
from behaviours.actions.stored_action import StoredAction
from behaviours.civil_time import instant_text
from behaviours.refusal import Refusal
from tests.builders.actions import a_ride
from tests.builders.people import a_participant


def test_a_stored_action_begins_with_the_columns_of_its_table() -> None:
    names = {column.name for column in action.columns if column.name != "seal"}
    assert {one.name for one in fields(StoredAction)[: len(names)]} == names


def test_a_reversal_has_the_columns_of_its_table() -> None:
    assert list(ActionReversal._fields) == [column.name for column in reversal.columns]


def test_what_a_table_computes_itself_is_not_written() -> None:
    written = [name for name, _ in LOT.columns]
    assert written == [column.name for column in points_lot.columns if column.computed is None]
    assert "is_open" not in written


def test_a_row_stands_in_the_order_of_the_columns(wiring: Wiring) -> None:
    present = datetime.now(UTC)
    ride = a_ride(a_participant(wiring), new_id(), external_id="a column of its own")
    (accepted,) = judge(wiring.rulebook, [ride], now=present, zone=wiring.rulebook.zone)
    assert not isinstance(accepted, Refusal)
    made = candidate_of(0, new_id(), accepted, wiring.rulebook, present)
    recording_verb._weigh([made], wiring.policies, present)
    spell([made], wiring.rulebook.claiming.key)
    recording_verb._grant([made], {})
    made.data_key = new_data_key()
    assert made.grant is not None
    row = dict(zip([name for name, _ in ACTION.columns], action_row(made, "now"), strict=True))
    sealed = bytes.fromhex(str(row["seal"]).removeprefix("\\x"))
    what = UUID(hex=str(row["action_id"])).bytes
    assert unseal(made.data_key, what, sealed) == [ride.external_id, ride.evidence]
    assert row["occurred_at"] == instant_text(ride.occurred_at)
    assert (row["recorded_at"], row["region"]) == ("now", ride.region)
    assert (row["saved_mg"], row["points"]) == ("46000", "46")
    assert row["points_expires_at"] == instant_text(made.grant.expires_at)
