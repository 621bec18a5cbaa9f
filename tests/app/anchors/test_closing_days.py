"""Days are closed for good, in the programme's zone, and each gets one anchor."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import psycopg
import pytest
from sqlalchemy.exc import IntegrityError

from app.ids import new_id
from app.jobs.anchor_tasks import close_books
from app.store.database import Database
from app.store.registry.anchored_rows import TABLES
from app.store.tables.append_only import APPEND_ONLY
from app.usecases.registry.anchor_next_day import anchor_next_day
from app.usecases.registry.close_days_of import CLOSES_AFTER
from behaviours.signed_document import check_signature
from rewards.ledger.anchor import BOOKS, LOG_KINDS, chain_faults
from tests.builders.anchors import (
    BOOK_OF,
    KEY,
    KEYS,
    LOG,
    NEW_YORK,
    WRITE,
    anchored,
    by_book,
    close_and_anchor,
    write,
    write_each,
)
from tests.builders.parallel import at_once

NOON = datetime(2026, 7, 1, 12, tzinfo=NEW_YORK)
# In New York's summer a day begins at 04:00 UTC.
MIDNIGHT = datetime(2026, 7, 2, 4, tzinfo=UTC)


def test_a_day_has_the_rows_of_its_civil_hours_and_no_other(books: Database) -> None:
    write_each(books, NOON)
    write(books, "points_transfer", MIDNIGHT - timedelta(microseconds=1))
    write(books, "points_transfer", MIDNIGHT)
    assert close_and_anchor(books, MIDNIGHT + CLOSES_AFTER) == []
    (day,) = anchored(books)
    assert (day["day"], day["zone"]) == ("2026-07-01", "America/New_York")
    assert (day["starts_at"], day["ends_at"]) == (
        "2026-07-01T04:00:00.000000Z",
        "2026-07-02T04:00:00.000000Z",
    )
    assert dict(by_book(day)) == {
        "reductions": (2, 1000 - 300),
        "carbon": (1, 7),
        "points": (2, 10),
        "money": (1, 990),
        "registry": (4, 3 + 2 + 1 + 0),
        "log": (len(LOG), len(LOG)),
    }
    assert day["not_kept"] == ["events"]
    assert check_signature(day, keys=KEYS).holds


def test_a_day_is_not_closed_in_the_hour_after_its_end(books: Database) -> None:
    write(books, "money_posting", NOON)
    close_and_anchor(books, MIDNIGHT + CLOSES_AFTER - timedelta(microseconds=1))
    assert anchored(books) == []


def test_days_without_a_row_are_anchored_too_and_no_day_is_left_out(books: Database) -> None:
    write(books, "money_posting", NOON)
    write(books, "money_posting", NOON + timedelta(days=4))
    close_and_anchor(books, NOON + timedelta(days=6))
    days = anchored(books)
    assert [day["day"] for day in days] == [f"2026-07-{number:02}" for number in range(1, 7)]
    assert [dict(by_book(day))["money"][0] for day in days] == [1, 0, 0, 0, 1, 0]
    assert list(chain_faults(days)) == []


def test_the_days_on_which_the_clock_is_moved_have_23_and_25_hours(books: Database) -> None:
    for month, number, hours in ((3, 8, 23), (11, 1, 25)):
        write(books, "action", datetime(2026, month, number, 12, tzinfo=NEW_YORK))
        close_and_anchor(books, datetime(2026, month, number + 2, 12, tzinfo=NEW_YORK))
        day = next(d for d in anchored(books) if d["day"] == f"2026-{month:02}-{number:02}")
        begin, end = (datetime.fromisoformat(str(day[side])) for side in ("starts_at", "ends_at"))
        assert end - begin == timedelta(hours=hours)
    assert all(one["ends_at"] == other["starts_at"] for one, other in pairwise(anchored(books)))


@pytest.mark.parametrize("table", sorted(WRITE))
def test_no_row_comes_into_a_closed_day(books: Database, table: str) -> None:
    write_each(books, NOON)
    close_and_anchor(books, MIDNIGHT + CLOSES_AFTER)
    with pytest.raises(IntegrityError, match=r"ck_closed_days|is closed"):
        write(books, table, MIDNIGHT - timedelta(microseconds=1))
    write(books, table, MIDNIGHT)


def test_every_book_has_a_row_that_can_be_written_here() -> None:
    assert {*BOOK_OF.values()} == BOOKS.keys()
    assert WRITE.keys() == {*TABLES}
    assert LOG.keys() == {*LOG_KINDS}


# Tables of which no row ever changes, and which are no rows of a closed day by themselves.
NOT_ANCHORED = {
    # Told to who redeemed it; no points and no money rest on it.
    "offer_paper",
    "redemption_receipt",
    # In the row of its transfer; two signed it.
    "points_adjustment",
    # Part of the points in the row of its action.
    "points_bonus",
    # That somebody was told; nothing rests on it.
    "points_expiry_notice",
    # Two signed what was put in; what came back is that, less the awards that name the budget.
    "budget_posting",
    # In the row of the transfer, the retirement or the cover that it belongs to.
    "points_lot_use",
    "retirement_block",
    "cover_block",
    # What was sent, of which the books have the effect.
    "till_request",
    "business_key",
    "redemption_reversal",
    # What it comes to, and that it was paid, is in the money book.
    "merchant_statement",
    "merchant_payout",
    # Sums of what is in the books.
    "till_closing",
    # Digests and leaves, derived from what is anchored.
    "kept_claim",
    # The parts of a whole stand in the calculation of each of its actions.
    "household_share",
    # Signed by whoever has them in its books; nothing rests on them here.
    "moved_action",
    "moved_record",
    "taken_record",
    # A person's own, and signed in the export that it was asked for.
    "asked_move",
    "bundle_chunk",
    "anchor",
    # It stands in every document that was signed by it.
    "registry_key",
    # The money book has what was shared; each share follows from it by the published rule.
    "proceeds_distribution",
    "proceeds_trade",
    "proceeds_share",
    # The log has every step; what follows from a bid or an acceptance is a trade, and its transfer
    # is anchored.
    "auction_terms",
    "auction_bid",
    "auction_award",
    "negotiation_round",
    "exchange_lot",
    "exchange_trade",
    "complaint_number",
    # What two signed of a year: the signature names its digest.
    "calendar_year",
    # What two signed of a market: the same.
    "emitter_boundary",
    # What two signed of a value of a series: the same.
    "series_value",
    # What two signed of points: the same.
    "points_policy",
    # What merchants say of their shops; no point and no fen hangs on it.
    "store_statement",
    # Likewise of who stands at the till; the log has who said so.
    "cashier_terms",
    # A digest of what was handed in by people, as what they said is their own.
    "complaint_file",
    # A seat ended where the next one begins, and that one is anchored.
    "seat_end",
    "earlier_sample",
    # Two sign an admission by the revision that these belong to; the log has who handed in.
    "organisation_assessment",
    "organisation_document",
    # The log has who handed in and who judged; what follows from it is a step, which is anchored.
    "organisation_renewal",
    # The log has the digest of each.
    "project_decision",
    "project_design",
    "project_notice",
    "project_proof",
    "project_validation",
    "validation_finding",
    "validation_opinion",
    "validation_reply",
    # The same, of what was expected, measured, computed, reported and found.
    *("project_body", "ex_ante", "ex_ante_row", "measurement", "calibration"),
    *("period_calculation", "period_report", "verification_finding", "finding_reply"),
    "verification_opinion",
    # Its postings are anchored.
    "project_issuance",
    "issuance_share",
    "loss_part",
    # The log has the digest of the manifest, and the number of the answer.
    *("hand_over_package", "hand_over_block", "foreign_serial"),
    # A person's own words, sealed again when a release seals them.
    "hold_contest",
}


def test_whatever_is_never_changed_is_anchored_or_stands_here_with_a_reason() -> None:
    assert APPEND_ONLY - {*TABLES} == NOT_ANCHORED


def test_a_block_of_a_closed_day_can_still_change_hands(books: Database) -> None:
    write(books, "unit_block", NOON)
    close_and_anchor(books, MIDNIGHT + CLOSES_AFTER)
    with books.engine.begin() as connection:
        changed = connection.exec_driver_sql("update unit_block set owner_id = gen_random_uuid()")
        assert changed.rowcount == 1


def test_a_writer_that_has_not_ended_keeps_the_day_open_and_is_in_it(books: Database) -> None:
    write_each(books, NOON)
    with books.engine.begin() as slow:
        slow.exec_driver_sql(
            WRITE["points_transfer"], {"id": new_id(), "at": MIDNIGHT - timedelta(seconds=1)}
        )
        assert close_and_anchor(books, MIDNIGHT + CLOSES_AFTER) == ["points_transfer"]
        assert anchored(books) == []
    assert close_and_anchor(books, MIDNIGHT + CLOSES_AFTER) == []
    (day,) = anchored(books)
    assert dict(by_book(day))["points"] == (2, 10)


def test_two_runs_at_once_leave_one_anchor_for_each_day(
    books: Database, fresh_database: str
) -> None:
    write_each(books, NOON)
    close_books(books, zone=NEW_YORK, now=NOON + timedelta(days=3))
    for _ in range(3):
        at_once(
            fresh_database,
            [lambda c: anchor_next_day(c, zone=NEW_YORK, signing_key=KEY)] * 3,
        )
    days = anchored(books)
    assert [day["day"] for day in days] == ["2026-07-01", "2026-07-02", "2026-07-03"][: len(days)]
    assert days
    assert list(chain_faults(days)) == []


def test_a_run_that_dies_in_a_day_leaves_nothing_of_it_and_the_next_goes_on(
    books: Database,
) -> None:
    write_each(books, NOON)
    close_books(books, zone=NEW_YORK, now=NOON + timedelta(days=3))
    assert books.transact(anchor_next_day, zone=NEW_YORK, signing_key=KEY)
    with books.engine.connect() as dying:
        anchor_next_day(dying, zone=NEW_YORK, signing_key=KEY)
        process = dying.exec_driver_sql("select pg_backend_pid()").scalar_one()
        with books.engine.begin() as other:
            other.exec_driver_sql("select pg_terminate_backend(%s)", (process,))
        with pytest.raises(Exception, match=r"terminat|closed"):
            dying.exec_driver_sql("select 1")
        dying.invalidate()
    assert [day["day"] for day in anchored(books)] == ["2026-07-01"]
    close_and_anchor(books, NOON + timedelta(days=3))
    assert [day["day"] for day in anchored(books)][1:] == ["2026-07-02", "2026-07-03"]


def test_closing_again_changes_nothing(books: Database) -> None:
    write_each(books, NOON)
    close_and_anchor(books, MIDNIGHT + CLOSES_AFTER)
    before = anchored(books)
    close_and_anchor(books, MIDNIGHT + CLOSES_AFTER)
    close_and_anchor(books, NOON)
    assert anchored(books) == before
    with pytest.raises(IntegrityError):
        write(books, "action", NOON)


def test_only_tables_of_the_books_can_be_closed(fresh_database: str) -> None:
    with (
        psycopg.connect(fresh_database) as connection,
        pytest.raises(psycopg.errors.RaiseException, match="no book"),
    ):
        connection.execute("select close_book('participant', now())")
