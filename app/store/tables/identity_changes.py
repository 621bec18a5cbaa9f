"""Changes of identity: what was asked of an account's identity, and how it ended."""

from app.store.tables import metadata as db
from behaviours.identity_change import ENDS, REASONS

identity_change = db.table(
    "identity_change",
    *db.keys("participant_id", "change_id"),
    *db.texts("reason", "note"),
    # Of the file that two people read.
    db.digest("evidence_sha256"),
    # Of the new identity under the person's data key: it says nothing once the person has left.
    db.digest("bound_digest"),
    db.uuid("asked_by"),
    *db.moments("asked_at", "notice_until"),
    db.one_of("reason", *REASONS),
)

identity_change_end = db.table(
    "identity_change_end",
    *db.keys("participant_id", "change_id"),
    db.text("ended"),
    *db.done("ended"),
    db.one_of("ended", *ENDS),
)
