"""Find affected units: what rests on reductions, in whose hands it is, and what would cover it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.store.database import Connection
from app.store.pooling.bundles import named_bundles
from app.store.recording.household_shares import wholes_of
from app.store.registry.affected import affected_reductions, told_of, units_by_holder
from app.store.registry.carbon_book import reserve_of
from app.store.registry.covering import covers_of
from app.store.registry.reserve import reserve_tonnes
from app.usecases.recording.read_actions import read_actions
from behaviours.viewer import Viewer
from rewards.pooling.bundle import Bundle
from rewards.registry.affected import (
    Affected,
    AffectedBundle,
    ReserveStand,
    less,
    standing_in,
    would_take,
)
from rewards.registry.cover import BundleCover, CoverSums, ReserveTaking

Reserves = dict[tuple[str, int, str], ReserveStand]


def find_affected(
    connection: Connection, action_ids: Sequence[UUID], *, viewer: Viewer
) -> Affected:
    """All that rests on these actions, and on what a household shares of them, as it stands now.

    Bundles come oldest first; what several of one family, vintage and class would take from their
    reserve is taken in that order. Raises UnknownAction.
    """
    shown = read_actions(connection, list(dict.fromkeys(action_ids)), viewer=viewer)
    keys = {(each.participant_id, each.action_id) for each in shown}
    parts = wholes_of(connection, [each.action_id for each in shown]).parts
    keys |= {(each.participant_id, each.action_id) for each in parts}
    reductions = affected_reductions(connection, sorted(keys))
    bundle_ids = sorted({each.bundle_id for each in reductions if each.bundle_id})
    covers = covers_of(connection, bundle_ids)
    units = units_by_holder(connection, bundle_ids)
    told = told_of(connection, bundle_ids)
    reserves: Reserves = {}
    bundles = []
    for bundle in named_bundles(connection, bundle_ids):
        of = bundle.bundle_id
        standing_mg = standing_in(reductions, of)
        bundles.append(
            AffectedBundle(
                bundle_id=of,
                state=bundle.state,
                methodology=bundle.methodology,
                vintage=bundle.vintage,
                unit_class=bundle.unit_class,
                reductions=sum(each.bundle_id == of for each in reductions),
                standing_mg=standing_mg,
                taking=_taking(connection, bundle, standing_mg, covers.get(of), reserves),
                cover=covers.get(of),
                units=tuple(each for each in units if each.bundle_id == of),
                told=tuple(each for each in told if each.bundle_id == of),
            )
        )
    return Affected(reductions, bundles)


def _taking(
    connection: Connection,
    bundle: Bundle,
    standing_mg: int,
    cover: BundleCover | None,
    reserves: Reserves,
) -> ReserveTaking | None:
    if bundle.frozen_at is None:
        return None
    book = bundle.book
    of = (book.family, book.vintage, book.unit_class)
    if of not in reserves:
        reserves[of] = ReserveStand(reserve_of(connection, book), reserve_tonnes(connection, book))
    before = cover.from_reserve if cover else CoverSums(0, 0)
    taking = would_take(standing_mg, bundle.shortfall_mg, reserves[of], before)
    reserves[of] = less(reserves[of], taking)
    return taking
