"""Claims by normal form: issuers and who reports their numbers, fingerprints, what is carried over.

What was claimed before is carried over by ``tanpuhui migrate`` after the last step, in parts that
can be stopped at any time: the form of numbers is the program's, and a step knows nothing of it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, JSONB

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _issuers()
    _carrying()


def _issuers() -> None:
    op.create_table(
        "issuer",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("kinds", ARRAY(sa.Text()), nullable=False),
        sa.Column("per", sa.Text(), nullable=False),
        sa.Column("registered_by", sa.Uuid(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("per in ('day', 'month', 'year', 'never')", name=op.f("ck_issuer_per")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_issuer")),
    )
    op.create_table(
        "issuer_admission",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("issuer_code", sa.Text(), nullable=False),
        sa.Column("reported_before", sa.Boolean(), nullable=False),
        sa.Column("admitted_by", sa.Uuid(), nullable=False),
        sa.Column("admitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "issuer_code", name=op.f("pk_issuer_admission")),
    )


def _carrying() -> None:
    op.create_table(
        "claim_waiting",
        sa.Column("claim_digest", BYTEA(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("claim_digest", "action_id", name=op.f("pk_claim_waiting")),
    )
    op.create_table(
        "data_step",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("last_id", sa.Uuid(), nullable=True),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_data_step")),
    )
    op.add_column("action", sa.Column("issuers", JSONB(), nullable=True))
    op.add_column("claim_key", sa.Column("fingerprint", BYTEA(), nullable=True))
    # Where nothing was recorded yet, nothing has to be carried over.
    op.execute(
        """
        insert into data_step (name, last_id, done)
        values ('claims_by_normal_form', null, not exists (select from action))
        """
    )


def downgrade() -> None:
    op.drop_column("claim_key", "fingerprint")
    op.drop_column("action", "issuers")
    op.drop_table("data_step")
    op.drop_table("claim_waiting")
    op.drop_table("issuer_admission")
    op.drop_table("issuer")
