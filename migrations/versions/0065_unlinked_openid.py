"""Users unlink themselves from an OpenID provider, and the history tells it."""

from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None

BEFORE = (
    *("approve", "accept", "lock", "unlock", "end", "invite", "link_password", "change_password"),
    *("reset_factor", "renew_factor", "renew_codes", "link_openid", "link_recovery"),
    *("stop_recovery", "recover", "sign_approve", "sign_end", "sign_reset", "limit_area"),
    "sign_recovery",
)


def _steps(known: tuple[str, ...], **options: bool) -> None:
    op.drop_constraint(op.f("ck_user_step_step"), "user_step")
    condition = f"step in ({', '.join(map(repr, known))})"
    op.create_check_constraint(op.f("ck_user_step_step"), "user_step", condition, **options)


def upgrade() -> None:
    _steps((*BEFORE, "unlink_openid"))


def downgrade() -> None:
    # What was done stays written down as it was; only what comes is held to the earlier words.
    _steps(BEFORE, postgresql_not_valid=True)
