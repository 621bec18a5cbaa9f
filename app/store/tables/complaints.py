"""Complaints: how each stands, everything that was done with it or said to it, and its number."""

from sqlalchemy import CheckConstraint, UniqueConstraint

from app.store.tables import metadata as db
from behaviours.complaints import ANSWERERS, KINDS, OPEN, OUTCOMES, SAYINGS, STATES

IS_OPEN = db.in_words("state", *OPEN)

complaint = db.table(
    "complaint",
    *db.keys("participant_id", "complaint_id"),
    *db.texts("number", "region", "kind"),
    db.text("behaviour", nullable=True),
    db.day("occurred_on", nullable=True),
    *db.uuids("action_id", "provider_id", "redemption_id", "offer_id", nullable=True),
    # Whose notice it objects to.
    db.uuid("project_id", nullable=True),
    # Who must answer; of the programme there is no id.
    db.text("answerer"),
    db.uuid("answerer_id", nullable=True),
    # By the person, or by an organisation for the person.
    db.text("filed_by"),
    db.uuid("filer_id", nullable=True),
    *db.moments("filed_at", "acknowledge_by"),
    db.text("state"),
    # The one clock of what is open.
    db.moment("due_at", nullable=True),
    *db.texts("outcome", "reason_code", nullable=True),
    *db.uuids("credited_action_id", "answered_by", nullable=True),
    db.moment("ended_at", nullable=True),
    db.one_of("kind", *KINDS),
    db.one_of("answerer", *ANSWERERS),
    db.one_of("state", *STATES),
    db.one_of("outcome", *OUTCOMES),
    CheckConstraint(f"(due_at is not null) = ({IS_OPEN})", name="one_clock"),
    CheckConstraint(f"(ended_at is null) = ({IS_OPEN})", name="ended"),
    *db.indexes("complaint_id", "filed_at", "filer_id"),
    db.index_where("ix_complaint_open", "due_at", "complaint_id", where=IS_OPEN),
    db.index_where(
        "ix_complaint_project", "project_id", "complaint_id", where="project_id is not null"
    ),
    db.pages("complaint", "region", by="due_at"),
    db.pages("complaint", "answerer_id", by="due_at"),
    # An action was recorded for one complaint only.
    db.once_where(
        "uq_complaint_credited_action_id",
        "participant_id",
        "credited_action_id",
        where="credited_action_id is not null",
    ),
)

complaint_entry = db.table(
    "complaint_entry",
    *db.keys("participant_id", "complaint_id", "entry_id"),
    *db.texts("step", "said_by"),
    *db.uuids("organisation_id", "user_id", nullable=True),
    db.moment("said_at"),
    *db.texts("outcome", "reason_code", nullable=True),
    db.uuid("action_id", nullable=True),
    # To whom it was handed over; of the programme there is no id.
    db.text("handed_to", nullable=True),
    db.uuid("handed_to_id", nullable=True),
    # Words and hashes of files, for who has the person's data key.
    db.digest("seal", nullable=True),
    db.one_of("step", *SAYINGS),
    db.one_of("handed_to", *ANSWERERS),
    db.one_of("outcome", *OUTCOMES),
)

# Whose complaint a number is; a number is given once.
complaint_number = db.table(
    "complaint_number",
    db.text_key("number"),
    *db.uuids("participant_id", "complaint_id"),
)

# What was handed in with it; the bytes go when their time is over, and this stays.
complaint_file = db.table(
    "complaint_file",
    *db.keys("participant_id", "complaint_id", "file_id"),
    db.text("added_by"),
    *db.uuids("organisation_id", "user_id", nullable=True),
    db.moment("added_at"),
    db.text("media_type"),
    db.whole("size_bytes"),
    db.digest("sha256"),
    *db.positive("size_bytes"),
    db.of_32_bytes("sha256"),
)

# The file itself, for who has the person's data key.
complaint_file_content = db.table(
    "complaint_file_content",
    *db.keys("participant_id", "complaint_id", "file_id"),
    db.digest("content"),
)

# Who complained without an account: the digest of the secret, the key of the complaint's own as
# people's data keys are wrapped, and, sealed under it, how they can be reached.
complainant = db.table(
    "complainant",
    db.key("participant_id"),
    db.uuid("complaint_id"),
    *(db.digest(name) for name in ("secret_digest", "key_id", "wrapped", "contact")),
    db.of_32_bytes("wrapped"),
    # A form that is sent twice gives one secret, and so one complaint.
    UniqueConstraint("secret_digest"),
)
