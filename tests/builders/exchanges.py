"""Lots at an exchange, and what it says of them."""

from __future__ import annotations

import multiprocessing
import secrets
import signal
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.clock import StandingClock
from app.ids import new_id
from app.jobs.exchange_tasks import settle_exchange
from app.jobs.task_run import TaskRun
from app.settings import Settings
from app.usecases.trading.hand_to_exchange import LotTerms, PrintedAs, hand_to_exchange
from app.usecases.trading.send_settlement import send_settlement
from app.wiring import Wiring, wire
from rewards.trading.exchange_lot import SeenLot
from rewards.trading.exchange_settlement import CountedSettlement, SettledLine
from rewards.trading.trade import ClosedAt
from tests.builders.killed_child import DeadlyDatabase
from tests.builders.market import NOW, rows, run
from tests.builders.viewers import enterprise, seller as seller_viewer

LEAST_FEN = 5_000
RETURNS_ON = date(2026, 8, 1)
LATER = NOW + timedelta(hours=2)


def handed(
    wiring: Wiring, block_id: UUID, tonnes: int, *, seller: UUID | None, exchange: UUID
) -> SeenLot:
    """A lot that a seller (None: the programme) handed to an exchange at ``NOW``."""
    made: SeenLot = run(
        wiring,
        hand_to_exchange,
        block_id,
        LotTerms(tonnes, LEAST_FEN, ClosedAt(exchange), RETURNS_ON),
        printed=PrintedAs(wiring.programme.serial_prefix, wiring.programme.currency),
        zone=wiring.zone,
        viewer=seller_viewer(seller),
        clock=StandingClock(NOW),
    )
    return made


def line(lot: SeenLot, buyer: UUID, tonnes: int, **changes: Any) -> SettledLine:
    """A trade of a lot under a number of its own, an hour after it was handed over."""
    price = changes.get("price_fen_per_tonne", LEAST_FEN + 500)
    plain = SettledLine(
        secrets.token_hex(8),
        lot.lot.listing_id,
        buyer,
        tonnes,
        price,
        tonnes * price,
        f"bank-{secrets.token_hex(8)}",
        NOW + timedelta(hours=1),
    )
    return plain._replace(**changes)


def sent(
    wiring: Wiring, exchange: UUID, *lines: SettledLine, reference: str | None = None
) -> CountedSettlement:
    """A settlement that was taken in, and of which no line is settled yet."""
    made: CountedSettlement = run(
        wiring,
        send_settlement,
        reference or secrets.token_hex(8),
        lines,
        terms=wiring.trade_terms,
        viewer=enterprise(exchange),
        clock=StandingClock(LATER),
    )
    return made


def settled(wiring: Wiring, exchange: UUID, *lines: SettledLine) -> list[Mapping[str, Any]]:
    """Its lines after its task ran, in their order."""
    made = sent(wiring, exchange, *lines)
    settle(wiring, made.settlement.settlement_id)
    return lines_of(wiring, made.settlement.settlement_id)


def settle(wiring: Wiring, settlement_id: UUID) -> None:
    """Run the task of a settlement, at ``LATER``."""
    then = replace(wiring, clock=StandingClock(LATER))
    settle_exchange(then, TaskRun(new_id(), settlement_id, {}))


def lines_of(wiring: Wiring, settlement_id: UUID) -> list[Mapping[str, Any]]:
    """What became of the lines of a settlement."""
    return [
        *rows(
            wiring,
            "select * from exchange_settlement_line where settlement_id = :id order by line",
            id=settlement_id,
        )
    ]


def tonnes_of(wiring: Wiring, owner: UUID, state: str) -> int:
    """How many tonnes somebody has in a state."""
    (row,) = rows(
        wiring,
        "select coalesce(sum(upper(numbers) - lower(numbers)), 0)::bigint as tonnes from unit_block"
        " where owner_id = :owner and state = :state",
        owner=owner,
        state=state,
    )
    return int(row["tonnes"])


def _settling(settings: Settings, settlement_id: UUID, nth: int, committed: bool) -> None:
    wiring = wire(settings)
    assert settings.database_url is not None
    deadly = DeadlyDatabase(
        settings.database_url, nth=nth, committed=committed, keys=wiring.database.keys
    )
    settle(replace(wiring, database=deadly), settlement_id)


def killed(settings: Settings, settlement_id: UUID, *, nth: int, committed: bool) -> bool:
    """Settle it in a process that dies around its nth commit; False when it ended before that."""
    child = multiprocessing.get_context("spawn").Process(
        target=_settling, args=(settings, settlement_id, nth, committed)
    )
    child.start()
    child.join(60)
    assert child.exitcode in (0, -signal.SIGKILL), child.exitcode
    return child.exitcode != 0
