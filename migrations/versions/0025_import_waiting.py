"""An import says which of the actions that it recorded wait; until now none could."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

BEFORE = ("recorded", "recorded_lines", "enrolled", "saved_mg", "points")
WAITING = ("pending_confirmation", "held")


def upgrade() -> None:
    for name in WAITING:
        op.add_column(
            "import_tally",
            sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"),
        )
        op.alter_column("import_tally", name, server_default=None)
    _count((*BEFORE, *WAITING))


def downgrade() -> None:
    _count(BEFORE)
    for name in WAITING:
        op.drop_column("import_tally", name)


def _count(names: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_import_tally_counted"), "import_tally")
    op.create_check_constraint(
        op.f("ck_import_tally_counted"), "import_tally", " and ".join(f"{n} >= 0" for n in names)
    )
