"""SQL of what an organisation has open, counted under the lock of its standing."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.outbox.task import RUNNING, WAITING
from app.store.tables.metadata import in_words
from behaviours.actions.waiting import OPEN as WAITING_ACTIONS
from behaviours.closing import BY_NAME, OPEN_BUNDLES, OpenMatters
from behaviours.standing import OrganisationStanding
from behaviours.users import ENDED
from rewards.points import budget as budgets
from rewards.pooling import bundle as bundles
from rewards.redemption import offer as offers, redemption as redemptions
from rewards.registry.block import UNUSED
from rewards.trading import listing as listings, trade as trades

_OF: Final = {
    "held_redemptions": f"""
        from redemption where merchant_id = :id and captured_at is null
         and state = '{redemptions.HELD}'
    """,
    "reversible_redemptions": f"""
        from redemption where merchant_id = :id and reversible_until > :now
         and captured_at > cast(:now as timestamptz) - interval '{offers.LONGEST_WINDOW_S} seconds'
         and {in_words("state", *redemptions.REVERSIBLE)}
    """,
    "waiting_actions": f"""
        from waiting_action join action_hold h using (participant_id, action_id)
         where provider_id = :id and {in_words("h.state", *WAITING_ACTIONS)}
    """,
    "verifications": f"""
        from bundle where verifier_id = :id and {in_words("state", *bundles.UNSEALED)}
    """,
    "open_trades": f"""
        from trade where (buyer_id = :id or seller_id = :id)
         and {in_words("state", *trades.OPEN)}
    """,
    # Also the lots that others handed to it as an exchange.
    "open_listings": f"""
        from listing l left join exchange_lot x using (listing_id)
       where (l.seller_id = :id or x.exchange_id = :id) and l.state = '{listings.OPEN}'
    """,
    "open_budgets": f"""
        from budget where sponsor_id = :id
         and {in_words("state", budgets.PROPOSED, budgets.OPEN)}
    """,
    "offers": f"""
        from offer where merchant_id = :id
         and {in_words("state", offers.DRAFT, offers.PUBLISHED)}
    """,
    "imports": f"""
        from task where started_by = :id
         and {in_words("state", WAITING, RUNNING)}
    """,
    "links": "from link where organisation_id = :id and unlinked_at is null",
    "clients": "from client where organisation_id = :id and disabled_at is null",
    "users": f"from app_user where organisation_id = :id and state <> '{ENDED}'",
}
_UNITS: Final = f"""
    (select coalesce(sum(upper(numbers) - lower(numbers)), 0)::bigint from unit_block
      where owner_id = :id and {in_words("state", *UNUSED)}) as held_units_t
"""  # noqa: S608 - only words of this program
# Where the provider reported nothing of a bundle, the whole of it is read.
_BUNDLES = text(
    f"""
    select count(*) from bundle b where {in_words("b.state", *bundles.UNSEALED)}
       and exists (select from bundle_entry e join action a using (participant_id, action_id)
                    where e.bundle_id = b.bundle_id and a.provider_id = :id)
    """  # noqa: S608 - only words of this program
)
_MATTERS = text(
    "select "
    + ", ".join((_UNITS, *(f"(select count(*) {rows}) as {name}" for name, rows in _OF.items())))
)


def open_matters(
    connection: Connection, standing: OrganisationStanding, *, now: datetime
) -> OpenMatters:
    """How much of each of ``MATTERS`` the organisation has open, but ``OPEN_BUNDLES``."""
    asked = {"id": standing.organisation_id, "now": now}
    rows = connection.execute(_MATTERS, asked).mappings()
    counted = rows.one()
    counts = {name: int(counted[name]) for name in BY_NAME if name != OPEN_BUNDLES}
    return OpenMatters(standing.kind, counts)


def unsealed_bundles_of(connection: Connection, provider_id: UUID) -> int:
    """How many bundles that are not sealed have reductions that this provider reported."""
    return int(connection.execute(_BUNDLES, {"id": provider_id}).scalar_one())
