"""Share what sales of one bundle brought, by the rule of the day on which they were delivered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from app.ids import new_id
from app.store.database import Connection
from app.store.trading.money_book import post_money
from app.store.trading.proceeds import (
    contributors_of,
    next_bundle_to_share,
    sales_to_share,
    write_distribution,
)
from behaviours.civil_time import civil_day, start_of_day
from behaviours.proceeds_terms import ProceedsTerms
from behaviours.programme import Programmes
from rewards.ledger.money import share_out
from rewards.trading.proceeds import Sale, distribute


def share_proceeds(connection: Connection, programmes: Programmes, *, now: datetime) -> int:
    """How many sales were shared: those of one bundle that were delivered before today; 0: none.

    Nobody decides anything here: the rule was published before the sale, and what follows from it
    is the same whoever computes it.
    """
    for version, terms, since, until in _ruled(programmes, now):
        bundle_id = next_bundle_to_share(connection, since=since, until=until)
        if bundle_id is None:
            continue
        sales = sales_to_share(connection, bundle_id, since=since, until=until)
        if sales:
            _share(connection, bundle_id, sales, version, terms, now=now)
        # Another run that was first shared them: this one looks again.
        return max(1, len(sales))
    return 0


def _ruled(
    programmes: Programmes, now: datetime
) -> Iterator[tuple[str, ProceedsTerms, datetime, datetime]]:
    """The versions that state a rule, each with when it began and ended, today not included."""
    zone = programmes.zone
    today = start_of_day(civil_day(now, zone), zone)
    begins = [start_of_day(each.effective_from, zone) for each in programmes.versions]
    for version, since, until in zip(
        programmes.versions, begins, [*begins[1:], today], strict=True
    ):
        if version.proceeds is not None:
            yield version.version, version.proceeds, since, min(until, today)


def _share(
    connection: Connection,
    bundle_id: UUID,
    sales: list[Sale],
    version: str,
    terms: ProceedsTerms,
    *,
    now: datetime,
) -> None:
    made = distribute(
        new_id(),
        bundle_id,
        sales,
        contributors_of(connection, bundle_id),
        terms,
        programme_version=version,
        now=now,
    )
    write_distribution(connection, made, [each.trade_id for each in sales])
    postings = share_out(
        made.distribution_id, people_fen=made.people_fen, sponsors_fen=made.sponsors_fen
    )
    if postings:
        post_money(connection, postings, now=now)
