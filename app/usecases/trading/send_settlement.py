"""Take a settlement of an exchange in: it is kept, and its lines are settled one by one."""

from __future__ import annotations

from collections.abc import Sequence

from app.clock import Clock
from app.ids import new_id
from app.outbox import names
from app.outbox.start_task import start_task
from app.store.database import Connection, rehearsing
from app.store.organisations.organisations import organisation
from app.store.trading.exchange_settlements import (
    insert_settlement,
    settlement_of_file,
)
from app.usecases.organisations.check_taking_part import check_taking_part
from app.usecases.trading.end_settlement import end_settlement
from app.usecases.trading.read_settlement import read_settlement
from app.usecases.trading.refuse_line import refuse_line
from app.usecases.trading.settle_line import settle_line
from behaviours.refusal import Refusal
from behaviours.viewer import Viewer
from rewards.trading.exchange_settlement import (
    SETTLING,
    CountedSettlement,
    ExchangeSettlement,
    NotAnExchange,
    SettledLine,
    digest_of,
)
from rewards.trading.terms import TradeTerms
from rewards.trading.trade import EXCHANGE


def send_settlement(
    connection: Connection,
    reference: str,
    lines: Sequence[SettledLine],
    *,
    terms: TradeTerms,
    viewer: Viewer,
    clock: Clock,
) -> CountedSettlement:
    """The settlement that the file is or becomes: the same reference and lines again are the same.

    A rehearsal settles every line at once, so that its answer says what would become of each.
    Raises NotAnExchange, OrganisationSuspended, OrganisationClosed.
    """
    exchange_id = viewer.tenant_id
    known = organisation(connection, exchange_id) if exchange_id else None
    if exchange_id is None or known is None or known.kind != EXCHANGE:
        raise NotAnExchange
    check_taking_part(connection, [exchange_id])
    made = ExchangeSettlement(
        settlement_id=new_id(),
        exchange_id=exchange_id,
        reference=reference,
        digest=digest_of(reference, lines),
        lines=len(lines),
        state=SETTLING,
        sent_at=clock.now(),
    )
    if not insert_settlement(connection, made, lines):
        before = settlement_of_file(connection, exchange_id, made.digest)
        assert before is not None, "what stood in the way is there"
        return read_settlement(connection, before.settlement_id, viewer=viewer)
    if rehearsing():
        _try(connection, made, terms=terms, clock=clock)
    else:
        start_task(
            connection,
            names.SETTLE_EXCHANGE,
            subject_id=made.settlement_id,
            arguments={},
            now=made.sent_at,
            started_by=exchange_id,
        )
    return read_settlement(connection, made.settlement_id, viewer=viewer)


def _try(
    connection: Connection, made: ExchangeSettlement, *, terms: TradeTerms, clock: Clock
) -> None:
    for line in range(1, made.lines + 1):
        step = connection.begin_nested()
        try:
            settle_line(connection, made.settlement_id, line, terms=terms, clock=clock)
        except Refusal as refusal:
            step.rollback()
            refuse_line(connection, made.settlement_id, line, refusal)
        else:
            step.commit()
    end_settlement(connection, made.settlement_id, clock=clock)
