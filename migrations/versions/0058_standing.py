"""Organisations stand: they take part, are suspended or closed, and every step of that is kept.

Whoever was admitted before takes part.
"""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "organisation", sa.Column("state", sa.Text(), nullable=False, server_default="active")
    )
    op.add_column(
        "organisation", sa.Column("revision", sa.Integer(), nullable=False, server_default="1")
    )
    op.add_column(
        "organisation", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_check_constraint(
        op.f("ck_organisation_state"),
        "organisation",
        "state in ('active', 'suspended', 'closed')",
    )
    op.create_index(
        "ix_organisation_stopped",
        "organisation",
        ["organisation_id"],
        postgresql_where=sa.text("state <> 'active'"),
    )
    op.drop_constraint(op.f("ck_link_ended_because"), "link")
    op.create_check_constraint(
        op.f("ck_link_ended_because"),
        "link",
        "ended_because in ('unlinked', 'reassigned', 'left', 'provider_closed')",
    )
    op.create_index(
        "ix_link_open",
        "link",
        ["organisation_id"],
        postgresql_where=sa.text("unlinked_at is null"),
    )
    op.create_table(
        "organisation_step",
        sa.Column("step_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("taken_by", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "step in ('suspend', 'lift', 'close', 'sign_lift', 'sign_close')",
            name=op.f("ck_organisation_step_step"),
        ),
        sa.CheckConstraint(
            "ground in ('authority_order', 'contract_over', 'data_breach', 'false_reports',"
            " 'licence_over', 'own_request', 'stolen_secret', 'unpaid')",
            name=op.f("ck_organisation_step_ground"),
        ),
        sa.CheckConstraint(
            "(step = 'suspend') = (ground is not null)", name=op.f("ck_organisation_step_suspended")
        ),
        sa.PrimaryKeyConstraint("step_id", name=op.f("pk_organisation_step")),
    )
    op.create_index(
        "ix_organisation_step_organisation_id", "organisation_step", ["organisation_id", "step_id"]
    )
    op.execute(
        "create trigger rows_are_final before update or delete or truncate on organisation_step"
        " for each statement execute function rows_are_final()"
    )


def downgrade() -> None:
    # What an older release cannot refuse, its clients and users must not come in by.
    op.execute(
        "update client set disabled_at = now() from organisation o"
        " where o.organisation_id = client.organisation_id and o.state <> 'active'"
        "   and client.disabled_at is null"
    )
    op.drop_table("organisation_step")
    op.drop_index("ix_link_open", table_name="link")
    op.drop_constraint(op.f("ck_link_ended_because"), "link")
    op.execute("update link set ended_because = null where ended_because = 'provider_closed'")
    op.create_check_constraint(
        op.f("ck_link_ended_because"),
        "link",
        "ended_because in ('unlinked', 'reassigned', 'left')",
    )
    op.drop_index("ix_organisation_stopped", table_name="organisation")
    op.drop_constraint(op.f("ck_organisation_state"), "organisation")
    for column in ("state", "revision", "changed_at"):
        op.drop_column("organisation", column)
