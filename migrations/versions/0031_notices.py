"""Notices to holders are read in the order of their moments, and acknowledged."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

# As ids are made since: by their moments, so that they are read in that order.
BY_MOMENT = """
update holder_notice set notice_id = encode(set_bit(set_bit(overlay(uuid_send(notice_id)
    placing substring(int8send(floor(extract(epoch from written_at) * 1000)::bigint) from 3)
    from 1 for 6), 52, 1), 53, 1), 'hex')::uuid
"""


def upgrade() -> None:
    op.execute("alter table holder_notice disable trigger rows_are_final")
    op.execute(BY_MOMENT)
    op.execute("alter table holder_notice enable trigger rows_are_final")
    op.create_table(
        "notice_acknowledgement",
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("acknowledged_by", sa.Uuid(), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_notice_acknowledgement")),
    )
    op.execute(
        "create trigger rows_are_final before update or delete or truncate"
        " on notice_acknowledgement for each statement execute function rows_are_final()"
    )


def downgrade() -> None:
    op.drop_table("notice_acknowledgement")
