"""Monitoring periods of projects: what was expected, measured, reported, found and issued."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0094"
down_revision = "0093"
branch_labels = None
depends_on = None

_AMOUNT = postgresql.DOMAIN("amount", sa.BigInteger(), create_type=False)
FINAL = (
    *("project_body", "ex_ante", "ex_ante_row", "measurement", "calibration"),
    *("period_calculation", "period_report", "verification_finding", "finding_reply"),
    *("verification_opinion", "project_issuance"),
)


def _half(side: str) -> sa.TextClause:
    """Half of the project's id as a range of one number: the same project, exactly."""
    number = f"('x' || {side}(replace(project_id::text, '-', ''), 16))::bit(64)::bigint"
    return sa.text(f"int8range({number}, {number}, '[]')")


def upgrade() -> None:
    _calibration()
    _ex_ante()
    _ex_ante_row()
    _project_body()
    _measurement()
    _monitoring_period()
    _period_calculation()
    _period_report()
    _finding_reply()
    _verification_finding()
    _verification_opinion()
    _project_issuance()
    _bundle()
    for table in FINAL:
        op.execute(
            f"create trigger rows_are_final before update or delete or truncate on {table}"
            " for each statement execute function rows_are_final()"
        )


def _calibration() -> None:
    op.create_table(
        "calibration",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("instrument", sa.Text(), nullable=False),
        sa.Column("calibrated_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("most_error_ppm", sa.Integer(), nullable=False),
        sa.Column("evidence", postgresql.BYTEA(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("calibrated_on < due_on", name=op.f("ck_calibration_forward")),
        sa.CheckConstraint("length(evidence) = 32", name=op.f("ck_calibration_evidence")),
        sa.CheckConstraint("most_error_ppm >= 0", name=op.f("ck_calibration_most_error_ppm")),
        sa.PrimaryKeyConstraint(
            "project_id", "instrument", "calibrated_on", name=op.f("pk_calibration")
        ),
    )


def _ex_ante() -> None:
    op.create_table(
        "ex_ante",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("design_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("digest", postgresql.BYTEA(), nullable=False),
        sa.Column("total_mg", sa.BigInteger(), nullable=False),
        sa.Column("stated_by", sa.Uuid(), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(digest) = 32", name=op.f("ck_ex_ante_digest")),
        sa.PrimaryKeyConstraint("project_id", "design_number", name=op.f("pk_ex_ante")),
    )


def _ex_ante_row() -> None:
    op.create_table(
        "ex_ante_row",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("design_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_before", sa.Date(), nullable=False),
        sa.Column("saved_mg", sa.BigInteger(), nullable=False),
        sa.Column("inputs", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint("starts_on < ends_before", name=op.f("ck_ex_ante_row_forward")),
        sa.PrimaryKeyConstraint(
            "project_id", "design_number", "starts_on", name=op.f("pk_ex_ante_row")
        ),
    )


def _project_body() -> None:
    op.create_table(
        "project_body",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role in ('validator', 'verifier')", name=op.f("ck_project_body_role")),
        sa.PrimaryKeyConstraint("project_id", "organisation_id", name=op.f("pk_project_body")),
    )


def _measurement() -> None:
    op.create_table(
        "measurement",
        sa.Column("measurement_id", sa.Uuid(), nullable=False),
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("parameter", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_before", sa.Date(), nullable=False),
        sa.Column("quality", sa.Text(), nullable=False),
        sa.Column("evidence", postgresql.BYTEA(), nullable=False),
        sa.Column("instrument", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("supersedes", sa.Uuid(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "quality in ('measured', 'calculated', 'substituted')",
            name=op.f("ck_measurement_quality"),
        ),
        sa.CheckConstraint("length(evidence) = 32", name=op.f("ck_measurement_evidence")),
        sa.CheckConstraint("starts_on < ends_before", name=op.f("ck_measurement_forward")),
        sa.PrimaryKeyConstraint("measurement_id", name=op.f("pk_measurement")),
        sa.UniqueConstraint("supersedes", name=op.f("uq_measurement_supersedes")),
    )
    op.create_index(
        op.f("ix_measurement_period_id_measurement_id"),
        "measurement",
        ["period_id", "measurement_id"],
        unique=False,
    )
    op.create_index(
        "uq_measurement_first",
        "measurement",
        ["period_id", "parameter", "key"],
        unique=True,
        postgresql_where=sa.text("supersedes is null"),
    )


def _monitoring_period() -> None:
    op.create_table(
        "monitoring_period",
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_before", sa.Date(), nullable=False),
        sa.Column("sets", postgresql.JSONB(), nullable=False),
        sa.Column("labels", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("notice_until", sa.Date(), nullable=True),
        sa.Column("verifier_id", sa.Uuid(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        postgresql.ExcludeConstraint(
            (_half("left"), "&&"),
            (_half("right"), "&&"),
            (sa.text("daterange(starts_on, ends_before)"), "&&"),
            where=sa.text("not (state in ('void', 'negative'))"),
            using="gist",
            name="ex_monitoring_period_days",
        ),
        sa.CheckConstraint(
            "state in ('open', 'data_locked', 'reported', 'on_notice', 'in_verification',"
            " 'verified', 'returned', 'negative', 'issuance_requested', 'issued', 'refused',"
            " 'void')",
            name=op.f("ck_monitoring_period_state"),
        ),
        sa.CheckConstraint("starts_on < ends_before", name=op.f("ck_monitoring_period_forward")),
        sa.PrimaryKeyConstraint("period_id", name=op.f("pk_monitoring_period")),
        sa.UniqueConstraint(
            "project_id", "number", name=op.f("uq_monitoring_period_project_id_number")
        ),
    )


def _period_calculation() -> None:
    op.create_table(
        "period_calculation",
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("design_number", sa.Integer(), nullable=False),
        sa.Column("rule_digest", sa.Text(), nullable=False),
        sa.Column("inputs", postgresql.JSONB(), nullable=False),
        sa.Column("inputs_digest", postgresql.BYTEA(), nullable=False),
        sa.Column("run", postgresql.JSONB(), nullable=False),
        sa.Column("mg", sa.BigInteger(), nullable=False),
        sa.Column("carried", postgresql.JSONB(), nullable=False),
        sa.Column("calculated_by", sa.Uuid(), nullable=False),
        sa.Column("calculated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "length(inputs_digest) = 32", name=op.f("ck_period_calculation_inputs_digest")
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_period_calculation_number")),
        sa.PrimaryKeyConstraint("period_id", "number", name=op.f("pk_period_calculation")),
    )


def _period_report() -> None:
    op.create_table(
        "period_report",
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("digest", postgresql.BYTEA(), nullable=False),
        sa.Column("reported_by", sa.Uuid(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(digest) = 32", name=op.f("ck_period_report_digest")),
        sa.CheckConstraint("number > 0", name=op.f("ck_period_report_number")),
        sa.PrimaryKeyConstraint("period_id", "number", name=op.f("pk_period_report")),
    )


def _finding_reply() -> None:
    op.create_table(
        "finding_reply",
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("replied_by", sa.Uuid(), nullable=False),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reply in ('answered', 'raised', 'closed', 'kept')",
            name=op.f("ck_finding_reply_reply"),
        ),
        sa.PrimaryKeyConstraint("finding_id", "number", name=op.f("pk_finding_reply")),
    )


def _verification_finding() -> None:
    op.create_table(
        "verification_finding",
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("raised_by", sa.Uuid(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind in ('CL', 'CAR', 'FAR')", name=op.f("ck_verification_finding_kind")
        ),
        sa.PrimaryKeyConstraint("finding_id", name=op.f("pk_verification_finding")),
    )
    op.create_index(
        op.f("ix_verification_finding_period_id_attempt"),
        "verification_finding",
        ["period_id", "attempt"],
        unique=False,
    )


def _verification_opinion() -> None:
    op.create_table(
        "verification_opinion",
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("attempt", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("verifier_id", sa.Uuid(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("scale", sa.Text(), nullable=False),
        sa.Column("deduction_mg", _AMOUNT, nullable=False),
        sa.Column("uncorrected_mg", _AMOUNT, nullable=False),
        sa.Column("limit_mg", _AMOUNT, nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "scale in ('micro', 'small', 'large')", name=op.f("ck_verification_opinion_scale")
        ),
        sa.CheckConstraint(
            "uncorrected_mg <= deduction_mg"
            " and (verdict <> 'positive' or uncorrected_mg <= limit_mg)",
            name=op.f("ck_verification_opinion_material"),
        ),
        sa.CheckConstraint(
            "verdict = 'positive' or (deduction_mg = 0 and uncorrected_mg = 0)",
            name=op.f("ck_verification_opinion_deduction"),
        ),
        sa.CheckConstraint(
            "verdict in ('positive', 'returned', 'negative')",
            name=op.f("ck_verification_opinion_verdict"),
        ),
        sa.PrimaryKeyConstraint("period_id", "attempt", name=op.f("pk_verification_opinion")),
    )


def _project_issuance() -> None:
    op.create_table(
        "project_issuance",
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("reported_mg", sa.BigInteger(), nullable=False),
        sa.Column("deducted_mg", _AMOUNT, nullable=False),
        sa.Column("set_off_mg", _AMOUNT, nullable=False),
        sa.Column("deficit_mg", _AMOUNT, nullable=False),
        sa.Column("credited_mg", _AMOUNT, nullable=False),
        sa.Column("unit_class", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "deficit_mg = 0 or (credited_mg = 0 and set_off_mg = 0)",
            name=op.f("ck_project_issuance_deficit"),
        ),
        sa.CheckConstraint(
            "reported_mg - deducted_mg = credited_mg + set_off_mg - deficit_mg",
            name=op.f("ck_project_issuance_conserved"),
        ),
        sa.PrimaryKeyConstraint("period_id", name=op.f("pk_project_issuance")),
    )
    op.create_index(
        op.f("ix_project_issuance_project_id"), "project_issuance", ["project_id"], unique=False
    )


def _bundle() -> None:
    op.add_column("bundle", sa.Column("period_id", sa.Uuid(), nullable=True))
    op.create_index(
        "uq_bundle_period",
        "bundle",
        ["period_id", "vintage"],
        unique=True,
        postgresql_where=sa.text("period_id is not null"),
    )


def downgrade() -> None:
    # An earlier release knows nothing that follows a design: it would be lost unseen.
    op.execute(
        """
        do $$ begin
          if exists (select from ex_ante) or exists (select from monitoring_period)
             or exists (select from project_body) or exists (select from calibration) then
            raise exception 'there are projects past their design, which an earlier release'
                            ' does not keep';
          end if;
        end $$
        """
    )
    op.drop_index("uq_bundle_period", "bundle")
    op.drop_column("bundle", "period_id")
    for table in (*FINAL, "monitoring_period"):
        op.drop_table(table)
