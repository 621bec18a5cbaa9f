"""People move between installations: origins, moves that were asked for, records taken in.

What a record took at its origin stands in the register of what is declared elsewhere, under a
mechanism of its own.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None

BEFORE = "'ccer', 'green_certificate', 'international', 'other_scheme', 'covered_emitter'"
FINAL = ("asked_move", "moved_record", "taken_record", "moved_action")


def _moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _mechanisms(listed: str) -> None:
    name = op.f("ck_declared_elsewhere_mechanism")
    op.drop_constraint(name, "declared_elsewhere")
    op.create_check_constraint(name, "declared_elsewhere", f"mechanism in ({listed})")


def _origins() -> None:
    op.create_table(
        "origin",
        sa.Column("origin_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("keys", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        _moment("proposed_at"),
        _moment("admitted_at", nullable=True),
        _moment("ended_at", nullable=True),
        sa.CheckConstraint(
            "state in ('proposed', 'trusted', 'ended')", name=op.f("ck_origin_state")
        ),
        sa.CheckConstraint(
            "(state = 'ended') = (ended_at is not null)", name=op.f("ck_origin_ended_at")
        ),
        sa.CheckConstraint(
            "state <> 'trusted' or admitted_at is not null", name=op.f("ck_origin_admitted_at")
        ),
        sa.PrimaryKeyConstraint("origin_id", name=op.f("pk_origin")),
    )
    op.create_index(
        "ix_origin_name",
        "origin",
        ["name"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )


def _records() -> None:
    op.create_table(
        "asked_move",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("move_id", sa.Uuid(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        _moment("asked_at"),
        _moment("expires_at"),
        sa.PrimaryKeyConstraint("participant_id", "move_id", name=op.f("pk_asked_move")),
    )
    op.create_table(
        "moved_record",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("origin_id", sa.Uuid(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("move_id", sa.Uuid(), nullable=False),
        sa.Column("document_digest", postgresql.BYTEA(), nullable=False),
        sa.Column("actions", sa.Integer(), nullable=False),
        sa.Column("saved_mg", sa.BigInteger(), nullable=False),
        sa.Column("unmatched", sa.Integer(), nullable=False),
        _moment("taken_at"),
        sa.CheckConstraint("actions >= 0", name=op.f("ck_moved_record_actions")),
        sa.CheckConstraint("saved_mg >= 0", name=op.f("ck_moved_record_saved_mg")),
        sa.CheckConstraint("unmatched >= 0", name=op.f("ck_moved_record_unmatched")),
        sa.PrimaryKeyConstraint("participant_id", "record_id", name=op.f("pk_moved_record")),
    )
    op.create_table(
        "taken_record",
        sa.Column("account_digest", postgresql.BYTEA(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("account_digest", name=op.f("pk_taken_record")),
    )


def _actions() -> None:
    op.create_table(
        "moved_action",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("behaviour", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        _moment("occurred_at"),
        _moment("ended_at", nullable=True),
        _moment("recorded_at"),
        sa.Column("methodology", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("digest", postgresql.BYTEA(), nullable=False),
        sa.Column("provenance", sa.Text(), nullable=False),
        sa.Column("vintage", sa.SmallInteger(), nullable=False),
        sa.Column("saved_mg", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("saved_mg >= 0", name=op.f("ck_moved_action_saved_mg")),
        sa.PrimaryKeyConstraint("participant_id", "action_id", name=op.f("pk_moved_action")),
    )


def upgrade() -> None:
    _origins()
    _records()
    _actions()
    for table in FINAL:
        op.execute(
            f"create trigger rows_are_final before update or delete or truncate on {table}"
            " for each statement execute function rows_are_final()"
        )
    _mechanisms(f"{BEFORE}, 'other_installation'")


def downgrade() -> None:
    op.execute(
        "delete from declared_reduction where declaration_id in"
        " (select declaration_id from declared_elsewhere where mechanism = 'other_installation')"
    )
    op.execute(
        "delete from declared_claim where declaration_id in"
        " (select declaration_id from declared_elsewhere where mechanism = 'other_installation')"
    )
    op.execute("delete from declared_elsewhere where mechanism = 'other_installation'")
    _mechanisms(BEFORE)
    for table in ("moved_action", "taken_record", "moved_record", "asked_move", "origin"):
        op.drop_table(table)
