"""What one person proposed and another has yet to sign; its signatures name it."""

from app.store.tables import metadata as db
from behaviours.proposals import PROPOSED

proposal = db.table(
    "proposal",
    db.key("proposal_id"),
    # What it is about, as the log names it.
    *db.texts("subject_kind", "subject", "step"),
    db.document("terms"),
    db.text("reason", nullable=True),
    *db.done("proposed"),
    # Since when it waits no more: it was carried out, or others took its place.
    db.moment("ended_at", nullable=True),
    db.flag("carried_out"),
    db.one_of("step", *PROPOSED),
    db.once_where("ux_proposal_open", "subject_kind", "subject", "step", where="ended_at is null"),
)
