"""Login services of providers are let in by two people, and ended by one.

Those that stand were let in by one operator, and stay: their providers' people come in by them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None

_TABLE = "identity_provider"


def upgrade() -> None:
    op.add_column(
        _TABLE,
        sa.Column(
            "login_service_id",
            sa.Uuid(),
            nullable=False,
            server_default=sa.text("gen_random_uuid()"),
        ),
    )
    op.add_column(_TABLE, sa.Column("state", sa.Text(), nullable=False, server_default="proposed"))
    op.add_column(_TABLE, sa.Column("admitted_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "update identity_provider set admitted_at = created_at,"
        " state = case when disabled_at is null then 'trusted' else 'ended' end"
    )
    op.alter_column(_TABLE, "login_service_id", server_default=None)
    op.alter_column(_TABLE, "state", server_default=None)
    op.drop_constraint(op.f("pk_identity_provider"), _TABLE, type_="primary")
    op.create_primary_key(op.f("pk_identity_provider"), _TABLE, ["login_service_id"])
    op.create_index(
        "ix_identity_provider_issuer",
        _TABLE,
        ["issuer"],
        unique=True,
        postgresql_where=sa.text("disabled_at is null"),
    )
    op.create_check_constraint(
        op.f("ck_identity_provider_state"), _TABLE, "state in ('proposed', 'trusted', 'ended')"
    )
    op.create_check_constraint(
        op.f("ck_identity_provider_disabled_at"),
        _TABLE,
        "(state = 'ended') = (disabled_at is not null)",
    )
    op.create_check_constraint(
        op.f("ck_identity_provider_admitted_at"),
        _TABLE,
        "state <> 'trusted' or admitted_at is not null",
    )


def downgrade() -> None:
    # An earlier release believes whatever stands here, and knows an issuer once for ever: what
    # waits for its second signature would be let in by one, and what has ended would block a name.
    op.execute("delete from identity_provider where state <> 'trusted'")
    for name in ("admitted_at", "disabled_at", "state"):
        op.drop_constraint(op.f(f"ck_identity_provider_{name}"), _TABLE, type_="check")
    op.drop_index("ix_identity_provider_issuer", table_name=_TABLE)
    op.drop_constraint(op.f("pk_identity_provider"), _TABLE, type_="primary")
    op.create_primary_key(op.f("pk_identity_provider"), _TABLE, ["issuer"])
    for name in ("admitted_at", "state", "login_service_id"):
        op.drop_column(_TABLE, name)
