"""State stores: where merchants take points, each from a day on."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.organisations.credentials import organisation_kinds
from app.store.redemption.stores import add_stores, lock_stores, statements_of
from app.usecases.organisations.check_taking_part import check_taking_part
from behaviours.civil_time import civil_day
from rewards.redemption.stores import (
    MERCHANT,
    MerchantStore,
    StatedStore,
    StoreWrong,
    UnknownMerchant,
    check_stores,
    next_statement,
)


def state_stores(
    connection: Connection,
    stores: Sequence[MerchantStore],
    *,
    only: UUID | None,
    by: UUID | None,
    zone: ZoneInfo,
    clock: Clock,
) -> list[StatedStore]:
    """What stands of each then, in order, all or none; what says so already is left as it is.

    ``only`` is the merchant that states its own; None: of any. Raises StoreWrong, UnknownRegion,
    UnknownMerchant, OrganisationSuspended and OrganisationClosed.
    """
    whose = sorted({each.merchant_id for each in stores})
    check_taking_part(connection, whose)
    _check_merchants(connection, stores, whose, only=only)
    lock_stores(connection)
    now = clock.now()
    today = civil_day(now, zone)
    dated = check_stores(stores, today=today)
    known = statements_of(connection, {(each.merchant_id, each.store_no) for each in dated})
    stand, fresh = [], []
    for at, said in enumerate(dated):
        of_it = known.setdefault((said.merchant_id, said.store_no), [])
        one = next_statement(said, of_it, today=today, at=at)
        if one is None:
            one = StatedStore(new_id(), said, now)
            fresh.append(one)
            of_it.append(one)
        stand.append(one)
    add_stores(connection, fresh, by=by)
    return stand


def _check_merchants(
    connection: Connection,
    stores: Sequence[MerchantStore],
    whose: Sequence[UUID],
    *,
    only: UUID | None,
) -> None:
    kinds = organisation_kinds(connection, whose)
    for at, each in enumerate(stores):
        pointer = f"/stores/{at}/merchant_id"
        if only is not None and each.merchant_id != only:
            raise StoreWrong("whose", pointer=pointer, store_id=each.store_no)
        if kinds.get(each.merchant_id) != MERCHANT:
            raise UnknownMerchant(pointer=pointer)
