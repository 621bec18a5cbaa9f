"""Projects: what they say of themselves, what is handed in, their design, land and meters."""

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text

from app.store.tables import metadata as db
from behaviours.paper_formats import FORMATS
from behaviours.projects.design_change import (
    ACCEPTED,
    KINDS as DESIGN_CHANGES,
    REFUSED as CHANGE_REFUSED,
    STATES as DESIGN_CHANGE_STATES,
    UNDER_WAY,
)
from behaviours.projects.finding import FINDING_KINDS, REPLIES
from behaviours.projects.owner_change import OPEN, REFUSED, RUNNING, STATES as CHANGE_STATES
from behaviours.projects.project import PROOF_KINDS, STATES, VALIDATION_REPORT
from behaviours.projects.registration import DECIDED
from behaviours.projects.validation import OPINIONS, VALIDATION_STEPS, VALIDATOR_WAYS

project = db.table(
    "project",
    db.key("project_id"),
    # The organisation that applies, and holds what is issued.
    db.uuid("applicant_id"),
    *db.texts("name", "summary", "region", "methodology", "methodology_digest"),
    # The owner for whom another applies.
    *db.texts("owner_name", "owner_code", nullable=True),
    db.text("state"),
    *db.moments("applied_at", "state_at"),
    # The last day of the newest notice, and the design that it is of.
    db.day("notice_until", nullable=True),
    db.count("noticed_design", nullable=True),
    # Who validates it, or did last.
    db.uuid("validator_id", nullable=True),
    # By which it stands in the public register.
    db.text("number", nullable=True),
    # The day after its crediting period, once it is registered.
    db.day("ends_before", nullable=True),
    UniqueConstraint("number"),
    db.both_or_neither("notice", "notice_until", "noticed_design"),
    db.both_or_neither("registered", "number", "ends_before"),
    db.both_or_neither("owner", "owner_name", "owner_code"),
    db.one_of("state", *STATES),
    *db.indexes(
        ("applicant_id", "project_id"), ("state", "project_id"), ("validator_id", "project_id")
    ),
)

# What was handed in of a project, and that it was; rows are only added.
project_proof = db.table(
    "project_proof",
    db.key("document_id"),
    db.uuid("project_id"),
    *db.handed_in(*FORMATS),
    db.one_of("kind", *PROOF_KINDS, VALIDATION_REPORT),
    *db.indexes(("project_id", "document_id")),
)

project_file = db.sealed_files("project_file", of="project_id")

# Every design document as it was stated; rows are only added.
project_design = db.table(
    "project_design",
    db.key("project_id"),
    db.number_key("number"),
    db.document("content"),
    # SHA-256 of the content in its one spelling.
    db.digest("digest"),
    *db.done("stated"),
    db.of_32_bytes("digest"),
    *db.positive("number"),
)

# Every public notice that was opened or began anew, of which design; rows are only added.
project_notice = db.table(
    "project_notice",
    db.key("project_id"),
    db.number_key("number"),
    db.count("design_number"),
    db.digest("digest"),
    db.day("last_day"),
    # Of all that applied, the rule of the programme by which it is the longest.
    db.document("by_rule"),
    *db.done("opened"),
    db.of_32_bytes("digest"),
    *db.positive("number", "design_number"),
)

# Every attempt to validate a design: by whom, and how they came to it; rows are only added.
project_validation = db.table(
    "project_validation",
    db.key("project_id"),
    db.number_key("attempt"),
    db.count("design_number"),
    db.digest("digest"),
    # Null: the authority validates.
    db.uuid("validator_id", nullable=True),
    *db.choice("how", *VALIDATOR_WAYS),
    db.document("said"),
    db.text("reason", nullable=True),
    *db.done("seated"),
    CheckConstraint("(how = 'by_authority') = (validator_id is null)", name="validator_id"),
    db.of_32_bytes("digest"),
    *db.positive("attempt", "design_number"),
)

# How each attempt ended; rows are only added.
validation_opinion = db.table(
    "validation_opinion",
    db.key("project_id"),
    db.number_key("attempt"),
    *db.choice("verdict", *VALIDATION_STEPS),
    db.text("statement"),
    db.uuid("report_id", nullable=True),
    db.digest("sha256", nullable=True),
    *db.done("given"),
    CheckConstraint(
        f"({db.in_words('verdict', *OPINIONS)}) = (report_id is not null and sha256 is not null)",
        name="report",
    ),
    db.of_32_bytes("sha256"),
)

validation_finding = db.table(
    "validation_finding",
    db.key("finding_id"),
    db.uuid("project_id"),
    db.count("attempt"),
    *db.choice("kind", *FINDING_KINDS),
    *db.texts("section", "text"),
    *db.done("raised"),
    *db.indexes(("project_id", "attempt")),
)

# What was said of findings since, in their order; rows are only added.
validation_reply = db.table(
    "validation_reply",
    db.key("finding_id"),
    db.number_key("number"),
    *db.choice("reply", *REPLIES),
    db.text("text"),
    *db.done("replied"),
)

# What was asked and decided of a project's registration; rows are only added.
project_decision = db.table(
    "project_decision",
    db.key("project_id"),
    db.number_key("number"),
    *db.choice("step", *DECIDED),
    db.text("reason"),
    db.text("clause", nullable=True),
    # SHA-256 of the dossier, which the row of the asking has.
    db.digest("digest"),
    db.document("dossier", nullable=True),
    db.uuid("decided_by", nullable=True),
    db.moment("decided_at"),
    CheckConstraint("(step = 'ask') = (dossier is not null)", name="dossier"),
    CheckConstraint("(step = 'refuse') = (clause is not null)", name="clause"),
    db.of_32_bytes("digest"),
    *db.positive("number"),
)

# Every change of owner that was proposed, and where it stands.
owner_change = db.table(
    "owner_change",
    db.key("project_id"),
    db.number_key("number"),
    *db.uuids("former_id", "next_id"),
    db.day("effective_on"),
    *db.choice("running", *RUNNING),
    # SHA-256 of each document that it rests on, in hexadecimal and in order.
    db.words("papers"),
    *db.choice("state", *CHANGE_STATES),
    *db.done("proposed"),
    db.moment("state_at"),
    db.text("reason", nullable=True),
    CheckConstraint("former_id <> next_id", name="owners"),
    CheckConstraint(f"(state = '{REFUSED}') = (reason is not null)", name="reason"),
    CheckConstraint("cardinality(papers) > 0", name="papers"),
    *db.positive("number"),
    db.once_where("uq_owner_change_open", "project_id", where=db.in_words("state", *OPEN)),
    *db.indexes(("next_id", "project_id")),
)

# Every change of the design of a registered project that was asked for, and where it stands.
design_change = db.table(
    "design_change",
    db.key("project_id"),
    db.number_key("number"),
    *db.choice("kind", *DESIGN_CHANGES),
    db.day("effective_on"),
    db.text("text"),
    # The whole design document and its ex-ante table, and the SHA-256 of each.
    db.document("content"),
    db.digest("digest"),
    db.document("expected"),
    db.digest("expected_digest"),
    *db.texts("methodology", "rule_digest"),
    *db.choice("state", *DESIGN_CHANGE_STATES),
    *db.done("proposed"),
    db.moment("state_at"),
    db.uuid("validator_id", nullable=True),
    db.text("statement", nullable=True),
    # SHA-256 of the validator's report, a document of the project.
    db.digest("report", nullable=True),
    db.text("reason", nullable=True),
    # As which design of the project it counts.
    db.count("design_number", nullable=True),
    CheckConstraint(f"(state = '{CHANGE_REFUSED}') = (reason is not null)", name="reason"),
    CheckConstraint(f"(state = '{ACCEPTED}') = (design_number is not null)", name="accepted"),
    CheckConstraint(
        "(statement is null) = (report is null) and (report is null or validator_id is not null)",
        name="opinion",
    ),
    *(db.of_32_bytes(each) for each in ("digest", "expected_digest", "report")),
    *db.positive("number"),
    UniqueConstraint("project_id", "design_number"),
    db.once_where(
        "uq_design_change_under_way", "project_id", where=db.in_words("state", *UNDER_WAY)
    ),
    *db.indexes(("validator_id", "project_id")),
)

# The land of the design that counts. Coordinates are ten-millionths of a degree.
project_parcel = db.table(
    "project_parcel",
    db.key("project_id"),
    db.text_key("parcel_no"),
    db.text("tenure_no"),
    # Polygons of rings of positions, longitude first.
    db.document("shape"),
    *db.counts("west", "south", "east", "north"),
    db.whole("area_m2"),
    # The stratum that it lies in, where the rule reads strata.
    db.text("stratum", nullable=True),
    CheckConstraint("west <= east and south <= north", name="box"),
    *db.positive("area_m2"),
    # What lies near is found by rectangles; what is shared is decided by the shapes.
    Index(
        "ix_project_parcel_box",
        text("box(point(west, south), point(east, north))"),
        postgresql_using="gist",
    ),
)

# The meters of the design that counts, each by what stands for its number in every spelling.
project_meter = db.table(
    "project_meter",
    db.key("project_id"),
    db.digest_key("number_digest"),
    *db.texts("issuer", "number"),
    db.whole("capacity_w"),
    db.day("connected_on"),
    *db.positive("capacity_w"),
    *db.indexes("number_digest"),
)
