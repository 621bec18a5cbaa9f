"""The life of a rule: its document, who did what with it, its withdrawal, and shadow runs.

Small tables that every process reads; none of them belongs to a person.
"""

from sqlalchemy import CheckConstraint, UniqueConstraint

from app.store.tables import metadata as db
from behaviours.rules.lifecycle import PUBLISHED, STATES

methodology_version = db.table(
    "methodology_version",
    *db.text_keys("code", "version"),
    db.text("behaviour"),
    # As it was sent, YAML or JSON: comments are part of what an expert reads.
    *db.texts("document", "examples"),
    # SHA-256 over the document's canonical JSON, the same that a reduction stores.
    db.digest("digest"),
    db.text("state"),
    # Rises with every change; a signature is given for one revision.
    db.count("revision"),
    *db.done("drafted"),
    # The application form and the design document.
    db.document("application", nullable=True),
    db.moment("published_at", nullable=True),
    UniqueConstraint("digest"),
    CheckConstraint(f"state in {STATES}", name="state"),
    CheckConstraint(f"(state = '{PUBLISHED}') = (published_at is not null)", name="published"),
)

# Every step of every version, with who took it and when; the digest tells which content was meant.
methodology_step = db.table(
    "methodology_step",
    db.key("step_id"),
    *db.texts("code", "version", "step", "state"),
    db.count("revision"),
    db.digest("digest"),
    db.uuid("user_id"),
    db.text("role"),
    db.document("details"),
    db.moment("taken_at"),
    *db.indexes(("code", "version")),
)

# For shipped and for published versions: no action of this day or a later one is priced by it.
methodology_withdrawal = db.table(
    "methodology_withdrawal",
    *db.text_keys("code", "version"),
    db.day("withdrawn_from"),
    db.text("reason"),
    db.moment("decided_at"),
)

# One row, raised by whatever changes which rule is in force: how processes notice.
methodology_epoch = db.table(
    "methodology_epoch",
    db.text_key("name"),
    db.whole("number"),
)

shadow_run = db.table(
    "shadow_run",
    # The id of the task that does it.
    db.key("run_id"),
    *db.texts("code", "version"),
    *db.days("occurred_from", "occurred_to"),
    db.count("sample", nullable=True),
    db.text("seed"),
    *db.done("started"),
    db.document("report", nullable=True),
    db.moment("finished_at", nullable=True),
    *db.indexes(("code", "version")),
)
