"""Hand-overs: issues that go to another registry, locked, delivered and answered."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0109"
down_revision = "0108"
branch_labels = None
depends_on = None

_BLOCK_STATES = (
    *("active", "reserved", "retired", "cancelled", "split", "buffer", "suspended", "merged"),
)
_STANDS = "state in ('prepared', 'locked', 'delivered', 'accepted')"
_APPEND_ONLY = ("hand_over_package", "hand_over_block", "foreign_serial")


def upgrade() -> None:
    _states(*_BLOCK_STATES, "locked")
    _hand_over()
    op.create_table(
        "hand_over_package",
        *_one(),
        sa.Column("content", postgresql.BYTEA(), nullable=False),
        sa.PrimaryKeyConstraint("period_id", "number", name=op.f("pk_hand_over_package")),
    )
    op.create_table(
        "hand_over_block",
        *_one(),
        sa.Column("block_id", sa.Uuid(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("period_id", "number", "block_id", name=op.f("pk_hand_over_block")),
    )
    op.create_index(op.f("ix_hand_over_block_block_id"), "hand_over_block", ["block_id"])
    op.create_table(
        "foreign_serial",
        sa.Column("block_id", sa.Uuid(), nullable=False),
        *_one(),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("block_id", name=op.f("pk_foreign_serial")),
    )
    op.create_index(op.f("ix_foreign_serial_period_id"), "foreign_serial", ["period_id"])
    for table in _APPEND_ONLY:
        op.execute(
            f"create trigger rows_are_final before update or delete or truncate on {table}"
            " for each statement execute function rows_are_final()"
        )


def _one() -> list[sa.Column]:
    """Which hand-over: of which period, the how-manieth of it."""
    return [
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
    ]


def _hand_over() -> None:
    op.create_table(
        "hand_over",
        *_one(),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("receiver_kind", "receiver_name", "account", "beneficiary_code", "state")
        ),
        sa.Column("prepared_by", sa.Uuid(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("manifest_digest", postgresql.BYTEA(), nullable=True),
        sa.Column("answer_number", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        *_checks(),
        sa.PrimaryKeyConstraint("period_id", "number", name=op.f("pk_hand_over")),
    )
    op.create_index(
        "uq_hand_over_stands",
        "hand_over",
        ["period_id"],
        unique=True,
        postgresql_where=sa.text(_STANDS),
    )
    op.create_index(
        "uq_hand_over_answer",
        "hand_over",
        ["receiver_name", "answer_number"],
        unique=True,
        postgresql_where=sa.text("answer_number is not null"),
    )
    op.create_index(
        op.f("ix_hand_over_project_id_period_id"), "hand_over", ["project_id", "period_id"]
    )


def _checks() -> list[sa.CheckConstraint]:
    checks = {
        "receiver_kind": "receiver_kind in ('registry', 'exchange')",
        "state": "state in ('prepared', 'locked', 'delivered', 'accepted', 'rejected', 'unlocked')",
        "manifest_digest": "length(manifest_digest) = 32",
        "locked": "manifest_digest is not null or not state in"
        " ('locked', 'delivered', 'accepted', 'rejected')",
        "answer_number": "(state in ('accepted', 'rejected')) = (answer_number is not null)",
        "reason": "(state in ('rejected', 'unlocked')) = (reason is not null)",
        "number": "number > 0",
    }
    return [
        sa.CheckConstraint(text, name=op.f(f"ck_hand_over_{name}")) for name, text in checks.items()
    ]


def _states(*states: str) -> None:
    op.drop_constraint(op.f("ck_unit_block_state"), "unit_block")
    listed = ", ".join(f"'{each}'" for each in states)
    op.create_check_constraint(op.f("ck_unit_block_state"), "unit_block", f"state in ({listed})")


def downgrade() -> None:
    op.execute(
        """
        do $$ begin
          if exists (select from hand_over where state in ('locked', 'delivered', 'accepted')) then
            raise exception 'issues were handed over, or wait for an answer, which an earlier'
              ' release does not know';
          end if;
        end $$
        """
    )
    for table in (*_APPEND_ONLY, "hand_over"):
        op.drop_table(table)
    _states(*_BLOCK_STATES)
