"""Files on their way in lie sealed under the installation's key."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

SEALED = "select exists (select from import_part where sealed)"


def upgrade() -> None:
    # What earlier releases kept can be read as it is until it is dropped.
    op.add_column(
        "import_part", sa.Column("sealed", sa.Boolean(), nullable=False, server_default="false")
    )


def downgrade() -> None:
    if op.get_bind().execute(sa.text(SEALED)).scalar_one():
        raise RuntimeError(
            "Files of imports are sealed, which a step backwards cannot read: let the imports end"
            " and drop their refusals (delete from import_part), or go on with this release."
        )
    op.drop_column("import_part", "sealed")
