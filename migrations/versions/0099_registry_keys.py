"""The keys that the registry has signed with stay published, whichever one it signs with now."""

import sqlalchemy as sa
from alembic import op

revision = "0099"
down_revision = "0098"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "registry_key",
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_registry_key")),
        sa.CheckConstraint("length(public_key) = 32", name=op.f("ck_registry_key_public_key")),
        sa.CheckConstraint(
            "key_id = left(encode(sha256(public_key), 'hex'), 16)",
            name=op.f("ck_registry_key_key_id"),
        ),
    )
    # Every document that is kept carries the key that it was signed with.
    op.execute(
        """
        insert into registry_key (key_id, public_key, published_at)
        select left(encode(sha256(used.public_key), 'hex'), 16), used.public_key, min(used.at)
          from (select decode(certificate->'signature'->>'public_key', 'base64') as public_key,
                       retired_at as at from retirement
                union all
                select decode(document->'signature'->>'public_key', 'base64'),
                       (document->>'ends_at')::timestamptz from anchor) used
         where used.public_key is not null
         group by used.public_key
        """
    )
    op.execute(
        "create trigger rows_are_final before update or delete or truncate on registry_key"
        " for each statement execute function rows_are_final()"
    )


def downgrade() -> None:
    # An earlier release publishes the one key that it is given; documents carry their own.
    op.drop_table("registry_key")
