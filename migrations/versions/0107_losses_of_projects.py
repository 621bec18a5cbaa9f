"""Losses of projects: fires, storms and fellings, and on which issues they were laid."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0107"
down_revision = "0106"
branch_labels = None
depends_on = None

_AMOUNT = postgresql.DOMAIN("amount", sa.BigInteger(), create_type=False)
_CONSERVED = "credited_mg + set_off_mg - deficit_mg"


def upgrade() -> None:
    _project_loss()
    _loss_part()
    # An earlier issue had nothing to give back.
    op.add_column(
        "project_issuance",
        sa.Column("remeasured_mg", _AMOUNT, nullable=False, server_default="0"),
    )
    op.alter_column("project_issuance", "remeasured_mg", server_default=None)
    _conserved(f"reported_mg - deducted_mg + remeasured_mg = {_CONSERVED}")


def _project_loss() -> None:
    op.create_table(
        "project_loss",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("strata", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("area_m2", sa.BigInteger(), nullable=False),
        sa.Column("evidence", postgresql.BYTEA(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("base_period_id", sa.Uuid(), nullable=False),
        sa.Column("inputs", postgresql.JSONB(), nullable=False),
        sa.Column("inputs_digest", postgresql.BYTEA(), nullable=False),
        sa.Column("lost_mg", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reported_by", sa.Uuid(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted_in", sa.Uuid(), nullable=True),
        *_checks(),
        sa.PrimaryKeyConstraint("project_id", "number", name=op.f("pk_project_loss")),
    )
    op.create_index(op.f("ix_project_loss_counted_in"), "project_loss", ["counted_in"])


def _checks() -> list[sa.CheckConstraint]:
    checks = {
        "kind": "kind in ('fire', 'storm', 'felling')",
        "state": "state in ('reported', 'settled')",
        "counted_in": "counted_in is null or state = 'settled'",
        "evidence": "length(evidence) = 32",
        "inputs_digest": "length(inputs_digest) = 32",
        "number": "number > 0",
        "area_m2": "area_m2 > 0",
        "lost_mg": "lost_mg >= 0",
    }
    return [
        sa.CheckConstraint(text, name=op.f(f"ck_project_loss_{name}"))
        for name, text in checks.items()
    ]


def _loss_part() -> None:
    op.create_table(
        "loss_part",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("mg", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("mg > 0", name=op.f("ck_loss_part_mg")),
        sa.PrimaryKeyConstraint("project_id", "number", "bundle_id", name=op.f("pk_loss_part")),
    )
    op.create_index(op.f("ix_loss_part_bundle_id"), "loss_part", ["bundle_id"])
    op.execute(
        "create trigger rows_are_final before update or delete or truncate on loss_part"
        " for each statement execute function rows_are_final()"
    )


def downgrade() -> None:
    op.execute(
        """
        do $$ begin
          if exists (select from project_loss) then
            raise exception 'projects lost what they were issued for, which an earlier release'
              ' does not know';
          end if;
        end $$
        """
    )
    _conserved(f"reported_mg - deducted_mg = {_CONSERVED}")
    op.drop_column("project_issuance", "remeasured_mg")
    op.drop_table("loss_part")
    op.drop_table("project_loss")


def _conserved(holds: str) -> None:
    name = op.f("ck_project_issuance_conserved")
    op.drop_constraint(name, "project_issuance")
    op.create_check_constraint(name, "project_issuance", holds)
