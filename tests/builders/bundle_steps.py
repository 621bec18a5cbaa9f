"""A bundle on its way from its selection to its issue, one step after another."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.clock import StandingClock
from app.outbox import names
from app.store.pooling.findings import sampled_masses
from app.store.registry.carbon_book import places
from app.usecases.pooling.ask_replacement import ask_replacement
from app.usecases.pooling.give_findings import give_findings
from app.usecases.pooling.give_notice import give_notice
from app.usecases.pooling.give_opinion import give_opinion
from app.usecases.pooling.sign_issue import sign_issue
from app.usecases.pooling.sign_replacement import sign_replacement
from app.usecases.pooling.sign_seal import sign_seal
from app.usecases.pooling.start_report import start_report
from app.wiring import Wiring
from rewards.pooling.sample import StatedFinding
from tests.builders.market import (
    NO_NOTICE,
    NOW as SUBMITTED_AT,
    a_verifier,
    accepted,
    rows,
    run,
    somebody,
    submit_to,
    task,
)

# Next summer: every shipped rule is in force, and the actions of the year's beginning are done.
YEAR = datetime.now(UTC).year + 1
NOW = datetime(YEAR, 7, 1, 4, tzinfo=UTC)


@dataclass
class Pooled:
    """A bundle and what is to be done with it next."""

    bundle_id: UUID
    verifier: UUID
    next_step: int = 0


def report(wiring: Wiring, pooled: Pooled) -> None:
    by = somebody("operator")
    run(wiring, start_report, pooled.bundle_id, by=by, clock=StandingClock(NOW))
    task(wiring, names.REPORT_BUNDLE, pooled.bundle_id)


def submit(wiring: Wiring, pooled: Pooled) -> None:
    submit_to(wiring, pooled.bundle_id, pooled.verifier)


def accept(wiring: Wiring, pooled: Pooled) -> None:
    accepted(wiring, pooled.bundle_id, pooled.verifier)


def find(wiring: Wiring, pooled: Pooled) -> None:
    drawn = run(wiring, sampled_masses, pooled.bundle_id)
    findings = [StatedFinding(each.action_id, each.recorded_mg * 97 // 100, None) for each in drawn]
    by = a_verifier(pooled.verifier)
    run(wiring, give_findings, pooled.bundle_id, findings, by=by, clock=StandingClock(SUBMITTED_AT))


def opinion(wiring: Wiring, pooled: Pooled) -> None:
    run(
        wiring,
        give_opinion,
        pooled.bundle_id,
        positive=True,
        statement="fine",
        by=a_verifier(pooled.verifier),
        clock=StandingClock(SUBMITTED_AT),
    )


def notice(wiring: Wiring, pooled: Pooled) -> None:
    run(
        wiring,
        give_notice,
        pooled.bundle_id,
        terms=NO_NOTICE,
        zone=wiring.zone,
        by=somebody("operator"),
        clock=StandingClock(NOW - timedelta(days=1)),
    )


def sign(wiring: Wiring, pooled: Pooled) -> None:
    for role in ("operator", "authority"):
        run(
            wiring,
            sign_seal,
            pooled.bundle_id,
            by=somebody(role),
            zone=wiring.zone,
            clock=StandingClock(NOW),
        )


def seal(wiring: Wiring, pooled: Pooled) -> None:
    task(wiring, names.SEAL_BUNDLE, pooled.bundle_id)


def issue(wiring: Wiring, pooled: Pooled) -> None:
    for role in ("operator", "authority"):
        run(wiring, sign_issue, pooled.bundle_id, by=somebody(role), clock=StandingClock(NOW))


STEPS: tuple[Callable[[Wiring, Pooled], None], ...] = (
    report,
    submit,
    accept,
    find,
    opinion,
    notice,
    sign,
    seal,
    issue,
)


def stock(wiring: Wiring, pooled: Pooled) -> list[UUID]:
    """Blocks of the bundle that are the programme's and for sale."""
    found = rows(
        wiring,
        "select block_id from unit_block where bundle_id = :id and state = 'active'"
        " and owner_id is null order by numbers",
        id=pooled.bundle_id,
    )
    return [row["block_id"] for row in found]


def replaced(wiring: Wiring, short: Pooled, block_id: UUID, tonnes: int) -> None:
    """Give units of the programme's for what a bundle is short of: offered, and signed by two."""
    offered = run(
        wiring,
        ask_replacement,
        short.bundle_id,
        block_id=block_id,
        quantity_t=tonnes,
        viewer=somebody("operator"),
        client_reference=secrets.token_hex(8),
        clock=StandingClock(NOW),
    )
    run(
        wiring,
        sign_replacement,
        offered.asked.replacement_id,
        by=somebody("authority"),
        signed_for=timedelta(days=30),
        clock=StandingClock(NOW),
    )


def assert_every_milligram_has_a_place(wiring: Wiring) -> None:
    for vintage in run(wiring, places):
        assert vintage.balanced, vintage


def opine(
    wiring: Wiring, bundle_id: UUID, verifier: UUID, *, positive: bool, statement: str
) -> None:
    who = a_verifier(verifier)
    run(
        wiring,
        give_opinion,
        bundle_id,
        positive=positive,
        statement=statement,
        by=who,
        clock=StandingClock(SUBMITTED_AT),
    )


def entries(wiring: Wiring, bundle_id: object) -> set:
    found = rows(
        wiring,
        "select participant_id, action_id from bundle_entry where bundle_id = :id",
        id=bundle_id,
    )
    return {(row["participant_id"], row["action_id"]) for row in found}
