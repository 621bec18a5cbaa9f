"""Guardians: who decides for a child, and who asks to."""

from app.store.tables import metadata as db
from behaviours.guardians import GUARDIAN_ENDS, WAYS

guardianship = db.table(
    "guardianship",
    *db.keys("participant_id", "guardianship_id"),
    db.uuid("guardian_id"),
    *db.texts("text_version", "how"),
    # The first moment of a month: no date of birth is kept.
    *db.moments("began_at", "decides_from"),
    db.moment("ended_at", nullable=True),
    db.text("ended_because", nullable=True),
    db.one_of("how", *WAYS),
    db.one_of("ended_because", *GUARDIAN_ENDS),
    db.both_or_neither("ended", "ended_at", "ended_because"),
    # One at a time.
    db.once_where("ix_guardianship_standing", "participant_id", where="ended_at is null"),
    *db.indexes("guardian_id"),
    db.index_where("ix_guardianship_decides_from", "decides_from", where="ended_at is null"),
)

# Asked by whoever is to be the guardian; two people sign it who read the evidence.
guardian_change = db.table(
    "guardian_change",
    *db.keys("participant_id", "change_id"),
    db.uuid("guardian_id"),
    db.text("text_version"),
    db.digest("evidence_sha256"),
    db.text("note"),
    db.moment("asked_at"),
    # Where the child's date of birth was registered wrong; what is signed names it.
    db.moment("decides_from", nullable=True),
)
