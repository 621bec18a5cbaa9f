"""What a project is expected to come to, what was measured, reported, found, and issued of it."""

from sqlalchemy import CheckConstraint, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from app.store.tables import metadata as db
from behaviours.projects.finding import FINDING_KINDS, REPLIES
from behaviours.projects.loss import KINDS as LOSS_KINDS, STATES as LOSS_STATES, UNVERIFIED
from behaviours.projects.measurement import QUALITIES
from behaviours.projects.monitoring import FREE, STATES
from behaviours.projects.project import BODY_ROLES
from behaviours.projects.verification import SCALES, VERDICTS

# Which body does what for a project: one organisation never both validates and verifies it.
project_body = db.table(
    "project_body",
    *db.keys("project_id", "organisation_id"),
    *db.choice("role", *BODY_ROLES),
    db.moment("since"),
)

# What a design is said to come to, year by year, as the engine reproduced it.
ex_ante = db.table(
    "ex_ante",
    db.key("project_id"),
    db.number_key("design_number"),
    db.document("content"),
    db.digest("digest"),
    db.whole("total_mg"),
    *db.done("stated"),
    db.of_32_bytes("digest"),
)

ex_ante_row = db.table(
    "ex_ante_row",
    db.key("project_id"),
    db.number_key("design_number"),
    db.day_key("starts_on"),
    db.day("ends_before"),
    db.whole("saved_mg"),
    db.document("inputs"),
    CheckConstraint("starts_on < ends_before", name="forward"),
)

# The halves of the project's id as ranges of one number: the same project, exactly.
_PROJECT_HALVES = [
    text(f"int8range({half}, {half}, '[]')")
    for half in (
        "('x' || left(replace(project_id::text, '-', ''), 16))::bit(64)::bigint",
        "('x' || right(replace(project_id::text, '-', ''), 16))::bit(64)::bigint",
    )
]
monitoring_period = db.table(
    "monitoring_period",
    db.key("period_id"),
    db.uuid("project_id"),
    db.count("number"),
    *db.days("starts_on", "ends_before"),
    *db.documents("sets", "labels"),
    db.text("state"),
    *db.done("opened"),
    db.moment("state_at"),
    db.day("notice_until", nullable=True),
    db.uuid("verifier_id", nullable=True),
    db.count("attempt"),
    CheckConstraint("starts_on < ends_before", name="forward"),
    db.one_of("state", *STATES),
    UniqueConstraint("project_id", "number"),
    # No day is monitored twice.
    ExcludeConstraint(
        *((half, "&&") for half in _PROJECT_HALVES),
        (text("daterange(starts_on, ends_before)"), "&&"),
        where=text(f"not ({db.in_words('state', *FREE)})"),
        using="gist",
        name="ex_monitoring_period_days",
    ),
)

# Every value that was stated; a correction is a row that names the one before it.
measurement = db.table(
    "measurement",
    db.key("measurement_id"),
    db.uuid("period_id"),
    *db.texts("parameter", "key", "value"),
    *db.days("starts_on", "ends_before"),
    *db.choice("quality", *QUALITIES),
    db.digest("evidence"),
    *db.texts("instrument", "reason", nullable=True),
    db.uuid("supersedes", nullable=True),
    *db.done("recorded"),
    CheckConstraint("starts_on < ends_before", name="forward"),
    db.of_32_bytes("evidence"),
    UniqueConstraint("supersedes"),
    # One first value of each cell; what follows hangs on it.
    db.once_where(
        "uq_measurement_first", "period_id", "parameter", "key", where="supersedes is null"
    ),
    *db.indexes(("period_id", "measurement_id")),
)

calibration = db.table(
    "calibration",
    db.key("project_id"),
    db.text_key("instrument"),
    db.day_key("calibrated_on"),
    db.day("due_on"),
    db.count("most_error_ppm"),
    db.digest("evidence"),
    *db.done("recorded"),
    CheckConstraint("calibrated_on < due_on", name="forward"),
    db.of_32_bytes("evidence"),
    *db.not_negative("most_error_ppm"),
)

# Every run over locked measurements: by which rule, over which inputs, and what it came to.
period_calculation = db.table(
    "period_calculation",
    db.key("period_id"),
    db.number_key("number"),
    db.count("design_number"),
    db.text("rule_digest"),
    db.document("inputs"),
    db.digest("inputs_digest"),
    db.document("run"),
    db.whole("mg"),
    db.document("carried"),
    *db.done("calculated"),
    db.of_32_bytes("inputs_digest"),
    *db.positive("number"),
)

period_report = db.table(
    "period_report",
    db.key("period_id"),
    db.number_key("number"),
    db.document("content"),
    db.digest("digest"),
    *db.done("reported"),
    db.of_32_bytes("digest"),
    *db.positive("number"),
)

verification_finding = db.table(
    "verification_finding",
    db.key("finding_id"),
    db.uuid("period_id"),
    db.count("attempt"),
    *db.choice("kind", *FINDING_KINDS),
    *db.texts("section", "text"),
    *db.done("raised"),
    *db.indexes(("period_id", "attempt")),
)

finding_reply = db.table(
    "finding_reply",
    db.key("finding_id"),
    db.number_key("number"),
    *db.choice("reply", *REPLIES),
    db.text("text"),
    *db.done("replied"),
)

# One of each attempt; every attempt stays.
verification_opinion = db.table(
    "verification_opinion",
    db.key("period_id"),
    db.number_key("attempt"),
    db.uuid("verifier_id"),
    *db.choice("verdict", *VERDICTS),
    *db.choice("scale", *SCALES),
    *db.amounts("deduction_mg", "uncorrected_mg", "limit_mg"),
    db.text("statement"),
    *db.done("given"),
    CheckConstraint(
        "verdict = 'positive' or (deduction_mg = 0 and uncorrected_mg = 0)", name="deduction"
    ),
    CheckConstraint(
        "uncorrected_mg <= deduction_mg and (verdict <> 'positive' or uncorrected_mg <= limit_mg)",
        name="material",
    ),
)

# What a verified period came to; its units stand in the registry by civil year.
project_issuance = db.table(
    "project_issuance",
    db.key("period_id"),
    db.uuid("project_id"),
    db.whole("reported_mg"),
    *db.amounts("deducted_mg", "remeasured_mg", "set_off_mg", "deficit_mg", "credited_mg"),
    db.text("unit_class"),
    db.moment("issued_at"),
    CheckConstraint(
        "reported_mg - deducted_mg + remeasured_mg = credited_mg + set_off_mg - deficit_mg",
        name="conserved",
    ),
    CheckConstraint("deficit_mg = 0 or (credited_mg = 0 and set_off_mg = 0)", name="deficit"),
    *db.indexes("project_id"),
)

# Whose the whole tonnes of each civil year were when they were issued; rows are only added.
issuance_share = db.table(
    "issuance_share",
    db.key("period_id"),
    db.number_key("vintage"),
    db.key("owner_id"),
    db.whole("quantity_t"),
    *db.positive("quantity_t"),
)

# What a fire, a storm or a felling took back, as it was reported, and where it stands.
project_loss = db.table(
    "project_loss",
    db.key("project_id"),
    db.number_key("number"),
    *db.choice("kind", *LOSS_KINDS),
    *db.days("occurred_on", "due_on"),
    db.words("strata"),
    db.whole("area_m2"),
    db.digest("evidence"),
    db.text("text"),
    # The last period that was issued, and its survey with the values that hold since.
    db.uuid("base_period_id"),
    db.document("inputs"),
    db.digest("inputs_digest"),
    db.whole("lost_mg"),
    *db.choice("state", *LOSS_STATES),
    # Null: nobody's word, but time itself.
    db.uuid("reported_by", nullable=True),
    *db.moments("reported_at", "state_at"),
    # The period whose result has the loss once more.
    db.uuid("counted_in", nullable=True),
    CheckConstraint("counted_in is null or state = 'settled'", name="counted_in"),
    CheckConstraint(f"(kind = '{UNVERIFIED}') = (reported_by is null)", name="reported_by"),
    db.of_32_bytes("evidence"),
    db.of_32_bytes("inputs_digest"),
    *db.positive("number", "area_m2"),
    *db.not_negative("lost_mg"),
    *db.indexes("counted_in"),
)

# On which issues a settled loss was laid; rows are only added.
loss_part = db.table(
    "loss_part",
    db.key("project_id"),
    db.number_key("number"),
    db.key("bundle_id"),
    db.whole("mg"),
    *db.positive("mg"),
    *db.indexes("bundle_id"),
)
