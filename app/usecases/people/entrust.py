"""Entrust reductions to the programme, so that they may be pooled and sold."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.clock import Clock
from app.ids import new_ids
from app.store.database import Connection
from app.store.people.contributions import add_contributions
from app.store.people.enrolment import hold_account
from app.store.people.texts import all_texts
from app.usecases.people.decide_for import decide_for
from behaviours.people import Contribution, check_entrusted, check_open
from behaviours.texts import ENTRUSTMENT, Texts


@dataclass(frozen=True, slots=True)
class Entrustment:
    """Reductions of actions from one civil day to another, both included.

    ``methodology`` None means every methodology, also those that come later.
    """

    occurred_from: date
    occurred_to: date
    text_version: str
    methodology: str | None = None


def entrust(
    connection: Connection,
    participant_id: UUID,
    entrustments: Sequence[Entrustment],
    *,
    methodologies: Collection[str],
    clock: Clock,
) -> list[Contribution]:
    """Write ``entrustments`` down; refuses with UnknownContributionMethodology,
    PeriodBackwards, TextNotInForce or GuardianDecides.

    Periods may lie in the future and may overlap: a reduction is pooled once, whatever covers it.
    """
    for each in entrustments:
        check_entrusted(
            each.methodology, methodologies, first=each.occurred_from, last=each.occurred_to
        )
    check_open(is_open=hold_account(connection, participant_id))
    now = clock.now()
    decide_for(connection, participant_id, guardian=None, now=now)
    texts = Texts(all_texts(connection))
    for each in entrustments:
        texts.check([ENTRUSTMENT], each.text_version, now, pointer="/text_version")
    made = [
        Contribution(
            contribution_id,
            each.methodology,
            each.occurred_from,
            each.occurred_to,
            each.text_version,
            now,
            None,
        )
        for each, contribution_id in zip(entrustments, new_ids(len(entrustments)), strict=True)
    ]
    add_contributions(connection, participant_id, made)
    return made
