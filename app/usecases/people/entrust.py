"""Entrust reductions to the programme, so that they may be pooled and sold."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.clock import Clock
from app.ids import new_ids
from app.store.database import Connection
from app.store.people.contributions import add_contributions, standing_of
from app.store.people.enrolment import hold_account
from app.store.people.texts import all_texts
from app.store.pooling.bundles import read_bundle
from app.usecases.people.decide_for import decide_for
from behaviours.mandates import Caps, check_alone
from behaviours.people import Contribution, check_entrusted, check_open
from behaviours.texts import ENTRUSTMENT, Texts
from rewards.pooling.drafts import check_drafted


@dataclass(frozen=True, slots=True)
class Entrustment:
    """Reductions of actions from one civil day to another, both included.

    ``methodology`` None means every methodology, also those that come later; ``bundle_id`` None
    every bundle, else a draft that is gathered with the person's own word.
    """

    occurred_from: date
    occurred_to: date
    text_version: str
    methodology: str | None = None
    bundle_id: UUID | None = None
    caps: Caps | None = None


def entrust(
    connection: Connection,
    participant_id: UUID,
    entrustments: Sequence[Entrustment],
    *,
    methodologies: Collection[str],
    clock: Clock,
) -> list[Contribution]:
    """Write ``entrustments`` down; refuses with UnknownContributionMethodology,
    PeriodBackwards, TextNotInForce, GuardianDecides, UnknownBundle, BundleStateConflict or
    MandateOverlaps.

    Periods may lie in the future. They may overlap where none has caps: a reduction is pooled once,
    whatever covers it.
    """
    for each in entrustments:
        check_entrusted(
            each.methodology, methodologies, first=each.occurred_from, last=each.occurred_to
        )
    check_open(is_open=hold_account(connection, participant_id))
    standing: list[Contribution | Entrustment] = [*standing_of(connection, participant_id)]
    for each in entrustments:
        check_alone(each, standing)
        standing.append(each)
        if each.bundle_id is not None:
            check_drafted(read_bundle(connection, each.bundle_id))
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
            each.bundle_id,
            each.caps,
        )
        for each, contribution_id in zip(entrustments, new_ids(len(entrustments)), strict=True)
    ]
    add_contributions(connection, participant_id, made)
    return made
