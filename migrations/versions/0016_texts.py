"""Texts that people agree to; those agreed to before stay, as texts whose words were not kept."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "published_text",
        sa.Column("text_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("in_force_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bodies", JSONB(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "published_at is null or proposed_at <= published_at",
            name=op.f("ck_published_text_published_at"),
        ),
        sa.PrimaryKeyConstraint("text_id", name=op.f("pk_published_text")),
        sa.UniqueConstraint("kind", "version", name=op.f("uq_published_text_kind_version")),
    )
    op.execute(
        """
        insert into published_text
            (text_id, kind, version, in_force_at, bodies, proposed_at, published_at)
        select gen_random_uuid(), kind, text_version, min(granted_at), '{}', now(), now()
          from (select 'consent.' || scene as kind, text_version, granted_at from consent
                union all
                select 'entrustment', text_version, granted_at from contribution) said
         group by kind, text_version
        """
    )


def downgrade() -> None:
    op.drop_table("published_text")
