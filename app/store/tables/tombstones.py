"""Tombstones: what somebody who left has used and owes, for whoever comes back as the same."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column

from app.store.tables import metadata as db

# Keyed by a hash of the identity's keyed hash: it says nothing of who it was.
tombstone = db.table(
    "tombstone",
    db.digest_key("tombstone_digest"),
    db.whole("debt"),
    *db.moments("left_at", "kept_until"),
    # Of a former identity: whose tombstone says what was used and is owed.
    db.digest("stands_for", nullable=True),
    # What limits the person further on; null: of a former identity, or left under a release before.
    db.document("limits", nullable=True),
    # Of an identity of somebody who came back by another of theirs: the account it leads to.
    db.uuid("leads_to", nullable=True),
    *db.not_negative("debt"),
    *db.indexes("kept_until"),
    db.index_where("ix_tombstone_stands_for", "stands_for", where="stands_for IS NOT NULL"),
    db.index_where("ix_tombstone_leads_to", "leads_to", where="leads_to IS NOT NULL"),
)


def _used_cap() -> Iterator[Column[Any]]:
    """Of which cap, in the period that begins on that day, and how much."""
    yield db.text_key("cap_code")
    yield db.day_key("period_start")
    yield db.count("granted")


tombstone_cap = db.table(
    "tombstone_cap",
    db.digest_key("tombstone_digest"),
    *_used_cap(),
)

tombstone_rule_limit = db.table(
    "tombstone_rule_limit",
    db.digest_key("tombstone_digest"),
    db.text_key("limit_code"),
    db.day_key("period_start"),
    db.whole("used"),
)

tombstone_limit = db.table(
    "tombstone_limit",
    db.digest_key("tombstone_digest"),
    db.key("offer_id"),
    db.whole("quantity"),
)

# What the person had withdrawn before leaving: of which organisation, and for which scene.
tombstone_withdrawal = db.table(
    "tombstone_withdrawal",
    db.digest_key("tombstone_digest"),
    db.key("organisation_id"),
    db.text_key("scene"),
)

# What of an account's caps and limits was used before the person came back.
inherited_cap = db.table(
    "inherited_cap",
    db.key("participant_id"),
    *_used_cap(),
)

inherited_rule_limit = db.table(
    "inherited_rule_limit",
    db.key("participant_id"),
    db.text_key("limit_code"),
    db.day_key("period_start"),
    db.whole("used"),
)

inherited_limit = db.table(
    "inherited_limit",
    *db.keys("participant_id", "offer_id"),
    db.whole("quantity"),
)

# When the person of an account last left another one, and what stays withdrawn of it.
inherited_leaving = db.table(
    "inherited_leaving",
    db.key("participant_id"),
    db.moment("left_at"),
    # As it stood at the leaving; null: the person had come back under a release before.
    db.document("limits", nullable=True),
)

inherited_withdrawal = db.table(
    "inherited_withdrawal",
    *db.keys("participant_id", "organisation_id"),
    db.text_key("scene"),
)
