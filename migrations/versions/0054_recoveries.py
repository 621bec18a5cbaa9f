"""Who lost everything that proves them has a way back, which two people begin."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

PURPOSES = ("join", "password", "factor")
STEPS = (
    "approve", "accept", "lock", "unlock", "end", "invite", "link_password", "change_password",
    "reset_factor", "renew_factor", "renew_codes", "link_openid", "link_recovery",
    "stop_recovery", "recover", "sign_approve", "sign_end", "sign_reset", "limit_area",
    "sign_recovery",
)  # fmt: skip
NEW = ("link_recovery", "stop_recovery", "recover", "sign_recovery")


def upgrade() -> None:
    op.add_column(
        "one_time_link", sa.Column("good_from", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("one_time_link", sa.Column("release_digest", sa.LargeBinary(), nullable=True))
    _purposes((*PURPOSES, "recovery"))
    # Books that went back from a later release hold later words: the last step checks every row.
    _steps(STEPS, postgresql_not_valid=True)


def downgrade() -> None:
    op.execute("delete from one_time_link where purpose = 'recovery'")
    _purposes(PURPOSES)
    for column in ("release_digest", "good_from"):
        op.drop_column("one_time_link", column)
    # What was done stays written down as it was; only what comes is held to the earlier words.
    _steps(tuple(each for each in STEPS if each not in NEW), postgresql_not_valid=True)


def _purposes(known: tuple[str, ...]) -> None:
    _one_of("one_time_link", "purpose", known)


def _steps(known: tuple[str, ...], **options: bool) -> None:
    _one_of("user_step", "step", known, **options)


def _one_of(table: str, column: str, known: tuple[str, ...], **options: bool) -> None:
    name, condition = f"ck_{table}_{column}", f"{column} in ({', '.join(map(repr, known))})"
    op.drop_constraint(op.f(name), table)
    op.create_check_constraint(op.f(name), table, condition, **options)
