"""The long steps of a bundle: selecting, reporting, sealing and freeing, chunk by chunk.

Every chunk is a transaction of its own that also writes how far it came, so a task that is killed
anywhere goes on where the last commit was, and a task that is run twice does nothing twice.
Each goes on with a step that a verb began: ``start_preview``, ``start_selection``,
``start_report``, ``sign_seal`` and ``return_bundle`` start them by the names of
``app.outbox.names``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from app.jobs.task_run import TaskRun
from app.outbox import names
from app.usecases.pooling.free_reductions import free_reductions
from app.usecases.pooling.freeze_bundle import freeze_bundle
from app.usecases.pooling.preview_chunk import preview_chunk
from app.usecases.pooling.read_seated_bundles import read_seated_bundles
from app.usecases.pooling.replace_verifier import replace_verifier
from app.usecases.pooling.seal_chunks import seal_chunks
from app.usecases.pooling.select_chunk import select_chunk
from app.usecases.pooling.write_report import write_report
from app.usecases.trading.expire_trades import expire_trades
from app.usecases.trading.lapse_negotiations import lapse_negotiations
from app.usecases.trading.return_due_lots import return_due_lots
from app.usecases.trading.settle_auctions import settle_auctions
from app.wiring import Wiring
from behaviours.json_value import JsonObject
from rewards.pooling.counting import WindowStep
from rewards.pooling.terms import verifier_terms

# A chunk should be a second or two of work: wide enough to be cheap, small enough to lose.
WANTED_REDUCTIONS = 60_000
NARROWEST = timedelta(minutes=1)
WIDEST = timedelta(days=32)
RELEASED_AT_ONCE = 50_000
BUNDLES_AT_ONCE = 100


def select_bundle(wiring: Wiring, run: TaskRun) -> JsonObject:
    """Select window by window; progress counts hours of the bundle's period."""
    return {"selected_in_this_run": _window_by_window(wiring, run, select_chunk)}


def preview_bundle(wiring: Wiring, run: TaskRun) -> JsonObject:
    """Count what a draft would hold, window by window; progress counts hours of its period."""
    return {"counted_in_this_run": _window_by_window(wiring, run, preview_chunk)}


def _window_by_window(wiring: Wiring, run: TaskRun, next_window: Callable[..., WindowStep]) -> int:
    """Go through the period of a bundle; how many reductions were counted, or taken."""
    assert run.subject_id is not None, "a window is of a bundle"
    width, reductions = timedelta(hours=6), 0
    while True:
        step = wiring.database.transact(
            next_window, run.subject_id, width=width, zone=wiring.zone, now=wiring.clock.now()
        )
        reductions += step.reductions
        run.progress(_hours(step.done), _hours(step.total))
        if step.finished:
            return reductions
        # How many actions an hour holds is not known before; four times at most, either way.
        wanted = width * WANTED_REDUCTIONS / max(step.reductions, 1)
        width = min(max(wanted, width / 4, NARROWEST), width * 4, WIDEST)


def report_bundle(wiring: Wiring, run: TaskRun) -> JsonObject:
    """Write the monitoring report."""
    assert run.subject_id is not None, "a report is of a bundle"
    written = wiring.database.transact(
        write_report, run.subject_id, zone=wiring.zone, now=wiring.clock.now()
    )
    return {"written": written}


def seal_bundle(wiring: Wiring, run: TaskRun) -> JsonObject:
    """Sweep and freeze, then hash leaf by leaf; progress counts leaves."""
    assert run.subject_id is not None, "a sealing is of a bundle"
    wiring.database.transact(freeze_bundle, run.subject_id, zone=wiring.zone, clock=wiring.clock)
    finished = False
    while not finished:
        leaves, total, finished = wiring.database.transact(
            seal_chunks, run.subject_id, now=wiring.clock.now()
        )
        run.progress(leaves, total)
    return {"leaves": total}


def release_bundle(wiring: Wiring, run: TaskRun) -> JsonObject:
    """Free every reduction of a bundle that was rejected or cancelled."""
    assert run.subject_id is not None, "a release is of a bundle"
    released = 0
    while freed := wiring.database.transact(free_reductions, run.subject_id, most=RELEASED_AT_ONCE):
        released += freed
        run.progress(released)
    return {"released": released}


def replace_verifiers(wiring: Wiring, run: TaskRun) -> JsonObject:
    """Draw another verifier wherever the days of one are over, or something stands against it."""
    seen, replaced, after = 0, 0, None
    while found := wiring.database.transact(read_seated_bundles, after=after, most=BUNDLES_AT_ONCE):
        for bundle_id in found:
            replaced += wiring.database.transact(
                replace_verifier,
                bundle_id,
                terms=verifier_terms(wiring.programme, wiring.calendar),
                clock=wiring.clock,
            )
        seen, after = seen + len(found), found[-1]
        run.progress(seen)
    return {"replaced": replaced}


def expire_unpaid_trades(wiring: Wiring, run: TaskRun) -> JsonObject:
    """Return the units of orders that were not paid in time, settle the auctions that are over,
    write down which offers lapsed, and return what exchanges did not sell until its day.

    A lot whose winner did not pay goes to the next bidder in the same run.
    """
    swept, now = 0, wiring.clock.now()
    while done := wiring.database.transact(expire_trades, now=now):
        swept += done
        run.progress(swept)
    while done := wiring.database.transact(
        settle_auctions, terms=wiring.trade_terms, clock=wiring.clock
    ):
        swept += done
        run.progress(swept)
    while done := wiring.database.transact(lapse_negotiations, now=now):
        swept += done
        run.progress(swept)
    while done := wiring.database.transact(return_due_lots, clock=wiring.clock):
        swept += done
        run.progress(swept)
    return {"swept": swept}


def _hours(span: timedelta) -> int:
    return span // timedelta(hours=1)


POOLING = {
    names.PREVIEW_BUNDLE: preview_bundle,
    names.SELECT_BUNDLE: select_bundle,
    names.REPORT_BUNDLE: report_bundle,
    names.SEAL_BUNDLE: seal_bundle,
    names.RELEASE_BUNDLE: release_bundle,
    names.REPLACE_VERIFIERS: replace_verifiers,
    names.EXPIRE_TRADES: expire_unpaid_trades,
}
