"""Complaints can be handed over: an entry says to whom. None was before."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

FIRST, REST = (
    ("file", "message"),
    (
        *("acknowledge", "reply", "accept", "escalate", "decide", "uphold", "fulfil", "withdraw"),
        *("overrun", "settle", "leave"),
    ),
)


def upgrade() -> None:
    op.add_column("complaint_entry", sa.Column("handed_to", sa.Text(), nullable=True))
    op.add_column("complaint_entry", sa.Column("handed_to_id", sa.Uuid(), nullable=True))
    op.create_check_constraint(
        op.f("ck_complaint_entry_handed_to"),
        "complaint_entry",
        "handed_to in ('provider', 'merchant', 'programme')",
    )
    _steps(*FIRST, "hand_over", *REST)


def downgrade() -> None:
    # Whoever must answer stays; that somebody else had to before is in the history by name only.
    _steps(*FIRST, *REST, valid=False)
    op.drop_constraint(op.f("ck_complaint_entry_handed_to"), "complaint_entry", type_="check")
    op.drop_column("complaint_entry", "handed_to_id")
    op.drop_column("complaint_entry", "handed_to")


def _steps(*steps: str, valid: bool = True) -> None:
    words = ", ".join(map(repr, steps))
    op.drop_constraint(op.f("ck_complaint_entry_step"), "complaint_entry", type_="check")
    op.execute(
        f"alter table complaint_entry add constraint ck_complaint_entry_step"
        f" check (step in ({words})){'' if valid else ' not valid'}"
    )
