"""Land that nobody verified for years is treated as lost."""

from alembic import op

revision = "0111"
down_revision = "0110"
branch_labels = None
depends_on = None

REPORTED = "'fire', 'storm', 'felling'"


def upgrade() -> None:
    _kinds(f"{REPORTED}, 'unverified'")
    op.alter_column("project_loss", "reported_by", nullable=True)
    op.create_check_constraint(
        op.f("ck_project_loss_reported_by"),
        "project_loss",
        "(kind = 'unverified') = (reported_by is null)",
    )


def downgrade() -> None:
    op.execute(
        """
        do $$ begin
          if exists (select from project_loss where kind = 'unverified') then
            raise exception 'projects were not verified for years, which an earlier release does'
              ' not know';
          end if;
        end $$
        """
    )
    op.drop_constraint(op.f("ck_project_loss_reported_by"), "project_loss")
    op.alter_column("project_loss", "reported_by", nullable=False)
    _kinds(REPORTED)


def _kinds(known: str) -> None:
    name = op.f("ck_project_loss_kind")
    op.drop_constraint(name, "project_loss")
    op.create_check_constraint(name, "project_loss", f"kind in ({known})")
