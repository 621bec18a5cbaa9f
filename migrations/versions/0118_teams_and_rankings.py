"""Teams that people join and rankings that they ask to be in; nobody was in any before."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import BYTEA

revision = "0118"
down_revision = "0117"
branch_labels = None
depends_on = None

_KIND = "kind in ('workplace', 'school', 'community', 'friends')"
_AGREED_BY = "agreed_by in ('person', 'guardian')"


def upgrade() -> None:
    _teams()
    _members()
    _entries()
    op.create_table(
        "ranking_month",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("saved_mg", sa.BigInteger(), nullable=False),
        sa.Column("actions", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("participant_id", "month", name=op.f("pk_ranking_month")),
    )
    op.create_table(
        "ranking_name",
        sa.Column("name_digest", BYTEA(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("name_digest", name=op.f("pk_ranking_name")),
    )


def _teams() -> None:
    op.create_table(
        "team",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(_KIND, name=op.f("ck_team_kind")),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_team")),
    )


def _members() -> None:
    op.create_table(
        "team_member",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text_version", sa.Text(), nullable=False),
        sa.Column("agreed_by", sa.Text(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("saved_mg", sa.BigInteger(), nullable=True),
        sa.Column("actions", sa.BigInteger(), nullable=True),
        sa.Column("counted_version", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(_KIND, name=op.f("ck_team_member_kind")),
        sa.CheckConstraint(_AGREED_BY, name=op.f("ck_team_member_agreed_by")),
        sa.CheckConstraint(
            "withdrawn_at is null or (left_at is not null and counted_version is null)",
            name=op.f("ck_team_member_withdrawn"),
        ),
        sa.CheckConstraint(
            "num_nulls(saved_mg, actions, counted_version) in (0, 3)",
            name=op.f("ck_team_member_counted"),
        ),
        sa.PrimaryKeyConstraint("participant_id", "membership_id", name=op.f("pk_team_member")),
    )
    op.create_index(
        "ix_team_member_standing",
        "team_member",
        ["participant_id", "kind"],
        unique=True,
        postgresql_where=sa.text("left_at is null"),
    )
    op.create_index(
        "ix_team_member_team_id",
        "team_member",
        ["team_id"],
        postgresql_where=sa.text("withdrawn_at is null"),
    )


def _entries() -> None:
    op.create_table(
        "ranking_entry",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("pseudonym", sa.Text(), nullable=True),
        sa.Column("text_version", sa.Text(), nullable=False),
        sa.Column("agreed_by", sa.Text(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counted_version", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(_AGREED_BY, name=op.f("ck_ranking_entry_agreed_by")),
        sa.CheckConstraint(
            "(ended_at is null) = (pseudonym is not null)", name=op.f("ck_ranking_entry_pseudonym")
        ),
        sa.PrimaryKeyConstraint("participant_id", "entry_id", name=op.f("pk_ranking_entry")),
    )
    op.create_index(
        "ix_ranking_entry_standing",
        "ranking_entry",
        ["participant_id"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )


def downgrade() -> None:
    # What somebody agreed to is on record; an earlier release would not know of it.
    op.execute(
        """
        do $$ begin
          if exists (select from team_member) or exists (select from ranking_entry) then
            raise exception 'people are in teams and rankings, which an earlier release lacks';
          end if;
        end $$
        """
    )
    for table in ("ranking_name", "ranking_month", "ranking_entry", "team_member", "team"):
        op.drop_table(table)
