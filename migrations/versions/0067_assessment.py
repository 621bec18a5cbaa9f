"""Organisations are assessed before two people admit them; who was admitted before stays so.

Whoever applied and was not decided on is assessed like everybody else: one signature of then counts
for no admission of now.
"""

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None

STATES = "state in ({})"
BEFORE = "'applied', 'accepted', 'declined'"
AFTER = "'applied', 'assessed', 'accepted', 'declined', 'withdrawn'"
TABLE = "organisation_application"


def _restated(name: str, condition: str) -> None:
    op.drop_constraint(op.f(f"ck_{TABLE}_{name}"), TABLE)
    op.create_check_constraint(op.f(f"ck_{TABLE}_{name}"), TABLE, condition)


def _application() -> None:
    for column in (
        sa.Column("revision", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("credit_code", sa.Text(), nullable=True),
        sa.Column("statement", sa.dialects.postgresql.JSONB(), nullable=True),
        sa.Column("stated_by", sa.Uuid(), nullable=True),
        sa.Column("before_assessment", sa.Boolean(), nullable=False, server_default="false"),
    ):
        op.add_column(TABLE, column)
    op.execute(
        "update organisation_application set before_assessment = true where state = 'accepted'"
    )
    _restated("state", STATES.format(AFTER))
    _restated("decided_at", "(state in ('applied', 'assessed')) = (decided_at is null)")
    op.create_check_constraint(
        op.f(f"ck_{TABLE}_stated"),
        TABLE,
        "(statement is null) = (credit_code is null) and (statement is null) = (stated_by is null)",
    )
    op.create_index(
        "uq_organisation_application_credit_code",
        TABLE,
        ["credit_code"],
        unique=True,
        postgresql_where=sa.text("state in ('applied', 'assessed', 'accepted')"),
    )


def _documents() -> None:
    op.create_table(
        "organisation_document",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("handed_in_by", sa.Uuid(), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind in ('business_licence', 'contract', 'authorisation')",
            name=op.f("ck_organisation_document_kind"),
        ),
        sa.CheckConstraint(
            "media_type in ('application/pdf', 'image/png', 'image/jpeg')",
            name=op.f("ck_organisation_document_media_type"),
        ),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_organisation_document")),
    )
    op.create_index(
        "ix_organisation_document_organisation_id",
        "organisation_document",
        ["organisation_id", "document_id"],
    )
    op.create_table(
        "organisation_file",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_organisation_file")),
    )
    op.create_index(
        "ix_organisation_file_organisation_id", "organisation_file", ["organisation_id"]
    )


def _assessments() -> None:
    op.create_table(
        "organisation_assessment",
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("judgements", sa.dialects.postgresql.JSONB(), nullable=False),
        sa.Column("contract_number", sa.Text(), nullable=True),
        sa.Column("begins_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("assessed_by", sa.Uuid(), nullable=False),
        sa.Column("assessed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "not passed or contract_number is not null",
            name=op.f("ck_organisation_assessment_passed"),
        ),
        sa.CheckConstraint(
            "(contract_number is null) = (begins_on is null)"
            " and (begins_on is null) = (ends_on is null)",
            name=op.f("ck_organisation_assessment_contract"),
        ),
        sa.PrimaryKeyConstraint("assessment_id", name=op.f("pk_organisation_assessment")),
    )
    op.create_index(
        "ix_organisation_assessment_organisation_id",
        "organisation_assessment",
        ["organisation_id", "assessment_id"],
    )


def upgrade() -> None:
    _application()
    _documents()
    _assessments()
    for table in ("organisation_document", "organisation_assessment"):
        op.execute(
            f"create trigger rows_are_final before update or delete or truncate on {table}"
            " for each statement execute function rows_are_final()"
        )


def downgrade() -> None:
    for table in ("organisation_assessment", "organisation_file", "organisation_document"):
        op.drop_table(table)
    op.drop_index("uq_organisation_application_credit_code", TABLE)
    op.drop_constraint(op.f(f"ck_{TABLE}_stated"), TABLE)
    op.drop_constraint(op.f(f"ck_{TABLE}_reason"), TABLE)
    op.execute("update organisation_application set state = 'applied' where state = 'assessed'")
    op.execute(
        "update organisation_application set state = 'declined', reason = 'It withdrew.'"
        " where state = 'withdrawn'"
    )
    op.create_check_constraint(
        op.f(f"ck_{TABLE}_reason"), TABLE, "(state = 'declined') = (reason is not null)"
    )
    _restated("state", STATES.format(BEFORE))
    _restated("decided_at", "(state = 'applied') = (decided_at is null)")
    for column in ("before_assessment", "stated_by", "statement", "credit_code", "revision"):
        op.drop_column(TABLE, column)
