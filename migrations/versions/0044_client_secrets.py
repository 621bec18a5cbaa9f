"""Clients have names and several secrets, of which a former one is good for a while.

What a client came in by stays good, until it is rotated.
"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "client_secret",
        sa.Column("secret_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("good_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("secret_id", name=op.f("pk_client_secret")),
    )
    op.create_index("ix_client_secret_client_id", "client_secret", ["client_id", "secret_id"])
    op.execute(
        """
        insert into client_secret (secret_id, client_id, secret_hash, made_at, good_until)
        select gen_random_uuid(), client_id, secret_hash, created_at, disabled_at from client
        """
    )
    op.add_column("client", sa.Column("name", sa.Text(), nullable=True))
    op.execute("update client set name = client_id")
    op.alter_column("client", "name", nullable=False)
    op.add_column("client", sa.Column("purpose", sa.Text(), nullable=True))
    op.add_column("client", sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_column("client", "secret_hash")
    op.create_index("ix_client_organisation_id", "client", ["organisation_id", "client_id"])


def downgrade() -> None:
    op.drop_index("ix_client_organisation_id", table_name="client")
    op.add_column("client", sa.Column("secret_hash", sa.Text(), nullable=True))
    # The newest secret alone: no release before knows another.
    op.execute(
        """
        update client c set secret_hash = coalesce(
            (select s.secret_hash from client_secret s where s.client_id = c.client_id
              order by s.good_until desc nulls first, s.made_at desc limit 1), '')
        """
    )
    op.alter_column("client", "secret_hash", nullable=False)
    for column in ("last_used_at", "purpose", "name"):
        op.drop_column("client", column)
    op.drop_table("client_secret")
