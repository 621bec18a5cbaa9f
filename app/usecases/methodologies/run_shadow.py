"""Run a rule in shadow: what would recorded actions be worth by it? Nothing is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, timedelta, tzinfo
from decimal import Decimal
from functools import partial
from uuid import UUID

from app.ids import public
from app.messages.catalogues import sentence
from app.store.database import Connection
from app.store.methodologies.shadowing import (
    MetAction,
    Period,
    actions,
    count_actions,
    earlier_values,
    stored_digest,
)
from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.judgement import judge_by
from behaviours.actions.limits import RunningUse
from behaviours.actions.quantify import History, quantify
from behaviours.actions.reduction import Reduction
from behaviours.civil_time import civil_day, day_ends_at, start_of_day
from behaviours.refusal import Refusal
from behaviours.regions import province_of
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.rules.methodology import Version
from behaviours.rules.shadow import Tally, in_force_always
from behaviours.rules.shadow_report import ShadowReport


def run_shadow(
    connection: Connection,
    version: Version,
    *,
    occurred_from: date,
    occurred_to: date,
    sample: int | None = None,
    seed: str = "0",
    rulebook: ProgrammeRulebook,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> ShadowReport:
    """The report of a run over the civil days ``occurred_from`` to ``occurred_to``, both included.

    ``sample`` actions drawn by ``seed``, or all. Each action is judged as on the day it was
    recorded, with the factors that were published by then. An action whose rule is for its region
    only keeps it when the draft is for all regions, and is counted as not affected. So is one whose
    person left: its evidence cannot be read. Raises ForProjects for a rule that prices no action.
    """
    version.check_of_actions()
    zone = rulebook.zone
    period = Period(
        version.behaviour,
        start_of_day(occurred_from, zone),
        day_ends_at(occurred_to, zone),
        None if version.validity.regions is None else sorted(version.validity.regions),
        sample,
        seed,
    )
    shadow = in_force_always(version)
    regional = {each.digest for each in rulebook.versions() if each.validity.regions is not None}
    total, done = count_actions(connection, period), 0
    tally, use = Tally(partial(public, "act")), RunningUse()
    progress(0, total)
    for rows in actions(connection, period):
        met = [
            row
            for row in rows
            if (version.validity.regions is not None or stored_digest(row) not in regional)
            and not row.is_shredded
        ]
        tally.not_affected += len(rows) - len(met)
        _weigh(connection, shadow, met, tally, use=use, zone=zone)
        done += len(rows)
        progress(done, total)
    return {
        "methodology": version.label,
        "digest": version.digest,
        "behaviour": version.behaviour,
        "from": occurred_from.isoformat(),
        "to": occurred_to.isoformat(),
        "sample": None if sample is None else {"actions": sample, "seed": seed},
        **tally.report(),
    }


def _weigh(
    connection: Connection,
    shadow: Version,
    rows: Sequence[MetAction],
    tally: Tally,
    *,
    use: RunningUse,
    zone: tzinfo,
) -> None:
    judged = [_judged(shadow, row, zone) for row in rows]
    good = [each for each in judged if isinstance(each, AcceptedAction)]
    weighed = iter(_quantified(shadow, good, _histories(connection, good, zone), use))
    for row, accepted in zip(rows, judged, strict=True):
        answer: Reduction | Refusal = accepted if isinstance(accepted, Refusal) else next(weighed)
        month = f"{civil_day(row.occurred_at, zone):%Y-%m}"
        refused = (answer.code, sentence(answer)) if isinstance(answer, Refusal) else None
        tally.add(
            row.participant_id,
            row.action_id,
            (row.behaviour, province_of(row.region), month),
            row.saved_mg,
            0 if isinstance(answer, Refusal) else answer.saved_mg,
            refused,
        )


def _quantified(
    shadow: Version,
    good: Sequence[AcceptedAction],
    histories: Sequence[History] | None,
    use: RunningUse,
) -> list[Reduction | Refusal]:
    """What each saves; where the rule limits what counts, after those of the run before it."""
    if not shadow.limits:
        return quantify(good, histories)
    answers: list[Reduction | Refusal] = []
    for accepted, history in zip(good, histories or [()] * len(good), strict=True):
        (answer,) = quantify([accepted], [history], [use.before(accepted)])
        if isinstance(answer, Reduction):
            use.take(accepted, answer.inputs)
        answers.append(answer)
    return answers


def _judged(shadow: Version, row: MetAction, zone: tzinfo) -> AcceptedAction | Refusal:
    try:
        return judge_by(
            shadow,
            row.as_reported(),
            civil_day(row.occurred_at, zone),
            today=civil_day(row.recorded_at, zone),
            zone=zone,
        )
    except Refusal as refusal:
        return refusal


def _histories(
    connection: Connection, found: Sequence[AcceptedAction], zone: tzinfo
) -> list[History] | None:
    """What each action's rule reads of earlier days; None when it reads none."""
    needs = [accepted.history_need for accepted in found if accepted.history_need]
    if not needs:
        return None
    need = needs[0]
    first = min(accepted.occurred_on for accepted in found) - timedelta(days=need.days)
    known: defaultdict[tuple[str, str], dict[date, Decimal]] = defaultdict(dict)
    for row in earlier_values(
        connection,
        sorted({UUID(hex=accepted.action.participant_id) for accepted in found}),
        behaviour=need.behaviour,
        subject=need.subject,
        quantity=need.quantity,
        starts_at=start_of_day(first, zone),
        ends_at=start_of_day(max(accepted.occurred_on for accepted in found), zone),
    ):
        day = civil_day(row.occurred_at, zone)
        if row.subject is not None:
            known[row.participant_id.hex, row.subject][day] = Decimal(row.value)
    return [
        sorted(
            known[
                accepted.action.participant_id,
                accepted.history_need.subject_value if accepted.history_need else "",
            ].items()
        )
        for accepted in found
    ]
