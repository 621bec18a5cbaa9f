"""Organisations that apply to take part; who was admitted stands beside the people."""

from collections.abc import Iterator

from sqlalchemy import Boolean, CheckConstraint, Column, Index, text
from sqlalchemy.schema import SchemaItem

from app.store.tables import metadata as db
from behaviours.admission import HOLDING, STATES
from behaviours.organisations import ORGANISATION_KINDS
from behaviours.paper_formats import FORMATS
from behaviours.paper_kinds import DOCUMENT_KINDS
from behaviours.standing import ALL_STEPS, GROUNDS, SUSPEND


def _contract() -> Iterator[SchemaItem]:
    """Of a contract that was accepted: its number, first and last day."""
    yield db.text("contract_number", nullable=True)
    yield from db.days("begins_on", "ends_on", nullable=True)
    yield CheckConstraint(
        "(contract_number is null) = (begins_on is null)"
        " and (begins_on is null) = (ends_on is null)",
        name="contract",
    )


organisation_application = db.table(
    "organisation_application",
    # The organisation's own id, once it is admitted.
    db.key("organisation_id"),
    *db.texts("kind", "name"),
    db.flag("covered_emitter"),
    db.text("state"),
    *db.done("applied"),
    db.moment("decided_at", nullable=True),
    # Of who declined: why.
    db.text("reason", nullable=True),
    # Grows with everything that is handed in or assessed.
    db.count("revision", at_first="1"),
    db.text("credit_code", nullable=True),
    # What it says of itself, and who wrote that.
    db.document("statement", nullable=True),
    db.uuid("stated_by", nullable=True),
    # Admitted by a release that asked for no documents.
    db.flag("before_assessment"),
    db.one_of("kind", *ORGANISATION_KINDS),
    db.one_of("state", *STATES),
    CheckConstraint("(state in ('applied', 'assessed')) = (decided_at is null)", name="decided_at"),
    CheckConstraint("(state = 'declined') = (reason is not null)", name="reason"),
    CheckConstraint(
        "(statement is null) = (credit_code is null) and (statement is null) = (stated_by is null)",
        name="stated",
    ),
    db.pages("organisation_application", "state", by="organisation_id"),
    *db.indexes("credit_code"),
    Index(
        "uq_organisation_application_credit_code",
        "credit_code",
        "kind",
        unique=True,
        postgresql_where=text(db.in_words("state", *HOLDING)),
    ),
)

# What an organisation handed over, and that it did; rows are only added.
organisation_document = db.table(
    "organisation_document",
    db.key("document_id"),
    db.uuid("organisation_id"),
    *db.handed_in(*FORMATS),
    # The first and the last day on which it is good, as it says of itself.
    *db.days("valid_from", "valid_until", nullable=True),
    # Handed in after the admission, to take another's place.
    db.flag("renewal"),
    db.one_of("kind", *DOCUMENT_KINDS),
    CheckConstraint("valid_until >= valid_from", name="valid"),
    db.pages("organisation_document", "organisation_id", by="document_id"),
)

# It goes by the schedule.
organisation_file = db.sealed_files("organisation_file", of="organisation_id")

# What an operator found in the documents; rows are only added.
organisation_assessment = db.table(
    "organisation_assessment",
    db.key("assessment_id"),
    db.uuid("organisation_id"),
    db.count("revision"),
    Column("passed", Boolean, nullable=False),
    # By document: whether it was accepted, and of one that was refused why.
    db.document("judgements"),
    *_contract(),
    db.text("finding"),
    *db.done("assessed"),
    CheckConstraint("not passed or contract_number is not null", name="passed"),
    db.pages("organisation_assessment", "organisation_id", by="assessment_id"),
)

# What an operator found in a document that is to take another's place; rows are only added.
organisation_renewal = db.table(
    "organisation_renewal",
    db.key("document_id"),
    db.uuid("organisation_id"),
    db.truth("accepted"),
    # Of one that was refused: why.
    db.text("reason", nullable=True),
    *_contract(),
    *db.done("judged"),
    CheckConstraint("accepted or reason is not null", name="reason"),
    *db.indexes("organisation_id"),
)

# Papers that run out: of each kind the newest that was accepted, as the rows above have it.
organisation_paper = db.table(
    "organisation_paper",
    db.key("organisation_id"),
    db.text_key("kind"),
    db.uuid("document_id"),
    # The last day on which it is good, and the one after which the grace begins.
    *db.days("runs_out_on", "counts_from"),
    db.one_of("kind", *DOCUMENT_KINDS),
    *db.indexes(("runs_out_on", "organisation_id", "kind"), "counts_from"),
)

# What was done to an organisation since it was admitted; rows are only added.
organisation_step = db.table(
    "organisation_step",
    db.key("step_id"),
    db.uuid("organisation_id"),
    db.text("step"),
    # Of a suspension: which kind of reason it is.
    *db.texts("ground", "reason", nullable=True),
    # Null: time itself.
    db.uuid("taken_by", nullable=True),
    db.text("role", nullable=True),
    db.moment("taken_at"),
    db.one_of("step", *ALL_STEPS),
    db.both_or_neither("taken", "taken_by", "role"),
    db.one_of("ground", *GROUNDS),
    CheckConstraint(f"(step = '{SUSPEND}') = (ground is not null)", name="suspended"),
    db.pages("organisation_step", "organisation_id", by="step_id"),
    db.closed_days("organisation_step", "taken_at"),
)
