"""Which scenes are open in the programme and to its providers, and every step that led there."""

from sqlalchemy import Column, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY

from app.store.tables import metadata as db
from behaviours.scene_admission import ALL_STEPS, STATES

scene_admission = db.table(
    "scene_admission",
    db.key("admission_id"),
    # Null: of the programme itself.
    db.uuid("provider_id", nullable=True),
    *db.texts("scene", "state"),
    db.count("revision"),
    # The times at which it was open: two moments, and the regions (none: everywhere).
    db.document("spans"),
    # Where it was applied for, or is open now; none: everywhere.
    Column("regions", ARRAY(Text), nullable=False, server_default="{}"),
    *db.moments("applied_at", "changed_at"),
    # The number of the news in which processes learn of it.
    db.whole("changed_no"),
    db.one_of("state", *STATES),
    Index(
        "uq_scene_admission_scene",
        "provider_id",
        "scene",
        unique=True,
        postgresql_nulls_not_distinct=True,
    ),
    *db.indexes("changed_no"),
    db.pages("scene_admission", "state", by="admission_id"),
)

scene_step = db.table(
    "scene_step",
    db.key("step_id"),
    db.uuid("admission_id"),
    db.text("step"),
    # Null: a release that knew of no admissions.
    db.uuid("taken_by", nullable=True),
    *db.texts("role", "words", nullable=True),
    db.moment("taken_at"),
    db.one_of("step", *ALL_STEPS),
    db.both_or_neither("role", "taken_by", "role"),
    db.pages("scene_step", "admission_id", by="step_id"),
    db.closed_days("scene_step", "taken_at"),
)
