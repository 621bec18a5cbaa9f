"""Installations: plants, meters, vehicles and the like, each held by one, and what they did."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import BYTEA

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _installations()
    _actions()


def _installations() -> None:
    op.create_table(
        "installation",
        _uuid("installation_id"),
        _text("kind"),
        _text("issuer"),
        _text("number"),
        sa.Column("number_digest", BYTEA(), nullable=False),
        sa.Column("capacity", sa.Numeric(18, 6), nullable=True),
        _text("capacity_unit", nullable=True),
        sa.Column("commissioned_on", sa.Date(), nullable=False),
        _text("region"),
        _text("evidence"),
        _text("state"),
        _uuid("participant_id", nullable=True),
        _uuid("organisation_id", nullable=True),
        _moment("held_from", nullable=True),
        _uuid("follows", nullable=True),
        _uuid("reporter_id"),
        _text("reported_by"),
        _moment("reported_at"),
        _text("confirmed_by", nullable=True),
        _moment("confirmed_at", nullable=True),
        _text("confirmation", nullable=True),
        _text("ended_by", nullable=True),
        _moment("ended_at", nullable=True),
        _text("end_reason", nullable=True),
        _check("state", "state in ('reported', 'confirmed', 'ended')"),
        _check("holder", "num_nonnulls(participant_id, organisation_id) = 1"),
        _check("ended", "(state = 'ended') = (ended_at is not null)"),
        _check("capacity", "capacity > 0"),
        sa.PrimaryKeyConstraint("installation_id", name=op.f("pk_installation")),
    )
    op.create_index(
        "uq_installation_live",
        "installation",
        ["number_digest"],
        unique=True,
        postgresql_where=sa.text("state <> 'ended'"),
    )
    for column in ("number_digest", "participant_id", "reporter_id"):
        op.create_index(f"ix_installation_{column}", "installation", [column])


def _actions() -> None:
    op.create_table(
        "installation_action",
        _uuid("participant_id"),
        _uuid("action_id"),
        _uuid("installation_id"),
        _moment("starts_at"),
        _moment("ends_at"),
        sa.PrimaryKeyConstraint("participant_id", "action_id", name=op.f("pk_installation_action")),
    )
    op.create_index(
        "ix_installation_action_installation_id",
        "installation_action",
        ["installation_id", "ends_at"],
    )


def downgrade() -> None:
    op.drop_table("installation_action")
    op.drop_table("installation")


def _check(name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_installation_{name}"))


def _uuid(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
