"""Actions that are recorded and not credited: they wait for a confirmation or a look.

Nothing that is recorded waits yet: until now such actions were refused.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

OPEN = "state in ('pending_confirmation', 'held')"
STATES = (
    "state in ('quantified', 'pending_confirmation', 'held', 'refused_after_hold', 'lapsed',"
    " 'reversed')"
)
TABLES = ("hold_contest", "hold_outcome", "action_hold", "waiting_action")


FINAL = ("hold_contest", "hold_outcome")


def upgrade() -> None:
    op.create_table(
        "waiting_action",
        *_ids(),
        sa.Column("provider_id", sa.Uuid(), nullable=True),
        _text("behaviour"),
        _text("external_id"),
        _moment("occurred_at"),
        _moment("ended_at", nullable=True),
        _moment("recorded_at"),
        _text("region"),
        _document("quantities"),
        _document("evidence"),
        _text("methodology"),
        _text("version"),
        sa.Column("digest", postgresql.BYTEA(), nullable=False),
        _text("provenance"),
        _text("action_class"),
        sa.Column("vintage", sa.SmallInteger(), nullable=False),
        sa.Column("saved_mg", sa.BigInteger(), nullable=False),
        _document("calculation"),
        sa.Column("issuers", postgresql.JSONB(), nullable=True),
        sa.CheckConstraint("saved_mg >= 0", name=op.f("ck_waiting_action_saved_mg")),
        _key("waiting_action"),
    )
    op.create_index("ix_waiting_action_action_id", "waiting_action", ["action_id"])
    _hold()
    _what_was_said()


def _hold() -> None:
    op.create_table(
        "action_hold",
        *_ids(),
        _text("state"),
        _document("reasons"),
        _document("claims"),
        sa.Column("if_confirmed", sa.Integer(), nullable=False),
        _moment("began_at"),
        _moment("lapses_at"),
        _moment("look_by"),
        _moment("alarmed_at", nullable=True),
        _text("owner", nullable=True),
        _moment("owned_at", nullable=True),
        sa.CheckConstraint(STATES, name=op.f("ck_action_hold_state")),
        sa.CheckConstraint("if_confirmed >= 0", name=op.f("ck_action_hold_if_confirmed")),
        _key("action_hold"),
    )
    op.create_index("ix_action_hold_action_id", "action_hold", ["action_id"])
    op.create_index(
        "ix_action_hold_open", "action_hold", ["lapses_at"], postgresql_where=sa.text(OPEN)
    )
    op.create_index(
        "ix_action_hold_unseen",
        "action_hold",
        ["look_by"],
        postgresql_where=sa.text(f"alarmed_at is null and owner is null and {OPEN}"),
    )


def _what_was_said() -> None:
    op.create_table(
        "hold_outcome",
        *_ids(),
        _text("step"),
        _text("decided_by"),
        _moment("decided_at"),
        _text("reason_code", nullable=True),
        _text("reason"),
        _key("hold_outcome"),
    )
    op.create_table(
        "hold_contest",
        *_ids(),
        _text("words"),
        _text("evidence"),
        _moment("contested_at"),
        _key("hold_contest"),
    )
    for table in FINAL:
        op.execute(
            f"create trigger rows_are_final before update or delete or truncate on {table}"
            " for each statement execute function rows_are_final()"
        )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)


def _ids() -> tuple[sa.Column, sa.Column]:
    return (
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
    )


def _key(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("participant_id", "action_id", name=op.f(f"pk_{table}"))


def _text(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _document(name: str) -> sa.Column:
    return sa.Column(name, postgresql.JSONB(), nullable=False)
