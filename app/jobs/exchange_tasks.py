"""Settlements of exchanges, line by line, each in a transaction of its own.

A task that is run again after it was killed goes on with the first line that waits.
"""

from __future__ import annotations

from uuid import UUID

from app.jobs.task_run import TaskRun
from app.outbox import names
from app.usecases.trading.end_settlement import end_settlement
from app.usecases.trading.next_lines import next_lines
from app.usecases.trading.refuse_line import refuse_line
from app.usecases.trading.settle_line import settle_line
from app.wiring import Wiring
from behaviours.json_value import JsonObject
from behaviours.refusal import Kind, Refusal


def settle_exchange(wiring: Wiring, run: TaskRun) -> JsonObject:
    """Settle or refuse every line that waits; how many this run did."""
    assert run.subject_id is not None, "a settlement is named"
    done = 0
    while lines := wiring.database.transact(next_lines, run.subject_id):
        for line in lines:
            _settle(wiring, run.subject_id, line)
            done += 1
            run.progress(done)
    wiring.database.transact(end_settlement, run.subject_id, clock=wiring.clock)
    return {"lines": done}


def _settle(wiring: Wiring, settlement_id: UUID, line: int) -> None:
    try:
        wiring.database.transact(
            settle_line, settlement_id, line, terms=wiring.trade_terms, clock=wiring.clock
        )
    except Refusal as refusal:
        if refusal.kind is Kind.UNAVAILABLE:
            # Nothing is wrong with the line: the task is tried again.
            raise
        wiring.database.transact(refuse_line, settlement_id, line, refusal)


EXCHANGES = {names.SETTLE_EXCHANGE: settle_exchange}
