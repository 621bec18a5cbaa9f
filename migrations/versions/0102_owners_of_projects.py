"""Changes of owner of projects, and whose the units of each issue were."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0102"
down_revision = "0101"
branch_labels = None
depends_on = None

PROOFS = "'tenure', 'grid_connection', 'entrustment', 'supporting'"
REPORT = "'validation_report'"
LATER = "'transfer_act', 'benefit_consent'"


def upgrade() -> None:
    _proofs(f"{PROOFS}, {LATER}, {REPORT}")
    _owner_change()
    _issuance_share()


def _owner_change() -> None:
    op.create_table(
        "owner_change",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("former_id", sa.Uuid(), nullable=False),
        sa.Column("next_id", sa.Uuid(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("running", sa.Text(), nullable=False),
        sa.Column("papers", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "running in ('former', 'next', 'by_day')", name=op.f("ck_owner_change_running")
        ),
        sa.CheckConstraint(
            "state in ('proposed', 'accepted', 'confirmed', 'withdrawn', 'refused')",
            name=op.f("ck_owner_change_state"),
        ),
        sa.CheckConstraint("former_id <> next_id", name=op.f("ck_owner_change_owners")),
        sa.CheckConstraint(
            "(state = 'refused') = (reason is not null)", name=op.f("ck_owner_change_reason")
        ),
        sa.CheckConstraint("cardinality(papers) > 0", name=op.f("ck_owner_change_papers")),
        sa.CheckConstraint("number > 0", name=op.f("ck_owner_change_number")),
        sa.PrimaryKeyConstraint("project_id", "number", name=op.f("pk_owner_change")),
    )
    op.create_index(
        "uq_owner_change_open",
        "owner_change",
        ["project_id"],
        unique=True,
        postgresql_where=sa.text("state in ('proposed', 'accepted')"),
    )
    op.create_index(
        op.f("ix_owner_change_next_id_project_id"), "owner_change", ["next_id", "project_id"]
    )


def _issuance_share() -> None:
    op.create_table(
        "issuance_share",
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("vintage", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("quantity_t", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity_t > 0", name=op.f("ck_issuance_share_quantity_t")),
        sa.PrimaryKeyConstraint("period_id", "vintage", "owner_id", name=op.f("pk_issuance_share")),
    )
    # Until now nobody took a project over: what was issued was its applicant's.
    op.execute(
        """
        insert into issuance_share (period_id, vintage, owner_id, quantity_t)
        select b.period_id, b.vintage, p.applicant_id, b.issued_t
          from bundle b
          join monitoring_period m on m.period_id = b.period_id
          join project p on p.project_id = m.project_id
         where b.issued_t > 0
        """
    )
    op.execute(
        "create trigger rows_are_final before update or delete or truncate on issuance_share"
        " for each statement execute function rows_are_final()"
    )


def downgrade() -> None:
    op.execute(
        """
        do $$ begin
          if exists (select from owner_change)
             or exists (select from project_proof where kind in ('transfer_act', 'benefit_consent'))
          then
            raise exception 'projects changed hands, which an earlier release does not know';
          end if;
        end $$
        """
    )
    op.drop_table("issuance_share")
    op.drop_table("owner_change")
    _proofs(f"{PROOFS}, {REPORT}")


def _proofs(known: str) -> None:
    name = op.f("ck_project_proof_kind")
    op.drop_constraint(name, "project_proof")
    op.create_check_constraint(name, "project_proof", f"kind in ({known})")
