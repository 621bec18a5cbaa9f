"""Points policies as they were proposed, each in a row of its own.

Whether one is published is told by its signatures.
"""

from app.store.tables import metadata as db

points_policy = db.table(
    "points_policy",
    db.key("policy_id"),
    # As it was sent: its digest is of this content.
    db.document("content"),
    db.digest("digest"),
    db.day("in_force_from"),
    db.moment("proposed_at"),
)
