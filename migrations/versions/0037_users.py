"""Users have states, organisations have users, and both have more than a password to prove them.

Whoever could come in is active, whoever was disabled has ended and needs no password any more. Who
acts for the programme is shown by the name they log in with, until they state another.
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

STEPS = (
    "approve", "accept", "lock", "unlock", "end", "invite", "link_password", "change_password",
    "reset_factor", "renew_factor", "renew_codes", "sign_approve", "sign_end", "sign_reset",
)  # fmt: skip
CHECKS = {
    "role": "role in ('operator', 'authority', 'participant', 'provider', 'merchant',"
    " 'enterprise', 'verifier')",
    "duty": "duty in ('administrator', 'member')",
    "state": "state in ('proposed', 'invited', 'active', 'locked', 'ended')",
    "organisation": "(role in ('operator', 'authority', 'participant'))"
    " = (organisation_id is null)",
    "of_organisation": "(organisation_id is null) = (duty is null)",
    "named": "(role = 'participant') = (display_name is null)",
    "ended_at": "(state = 'ended') = (ended_at is not null)",
    "password": "(state in ('active', 'locked')) = (password_hash is not null)",
}


def upgrade() -> None:
    op.alter_column("app_user", "disabled_at", new_column_name="ended_at")
    op.alter_column("app_user", "password_hash", nullable=True)
    for column in (
        sa.Column("display_name", sa.Text(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("duty", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
    ):
        op.add_column("app_user", column)
    op.execute(
        """
        update app_user
           set state = case when ended_at is null then 'active' else 'ended' end,
               password_hash = case when ended_at is null then password_hash end,
               display_name = case when role <> 'participant' then username end
        """
    )
    op.alter_column("app_user", "state", nullable=False)
    op.drop_constraint(op.f("ck_app_user_role"), "app_user")
    for name, condition in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_app_user_{name}"), "app_user", condition)
    op.create_index("ix_app_user_organisation_id", "app_user", ["organisation_id", "user_id"])
    op.create_index("ix_app_user_participant_id", "app_user", ["participant_id"])
    _proofs()
    _history()


def _proofs() -> None:
    op.create_table(
        "second_factor",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("factor_id", sa.Uuid(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("wrong_codes", sa.Integer(), nullable=False),
        sa.Column("set_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("wrong_codes >= 0", name=op.f("ck_second_factor_wrong_codes")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("code_digest", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("user_id", "code_digest", name=op.f("pk_recovery_code")),
    )
    op.create_table(
        "one_time_link",
        sa.Column("link_digest", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("factor_id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "purpose in ('join', 'password', 'factor')", name=op.f("ck_one_time_link_purpose")
        ),
        sa.PrimaryKeyConstraint("link_digest", name=op.f("pk_one_time_link")),
    )
    op.create_index("ix_one_time_link_user_id", "one_time_link", ["user_id"])


def _history() -> None:
    op.create_table(
        "user_session",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_user_session")),
    )
    op.create_index("ix_user_session_user_id", "user_session", ["user_id"])
    op.create_table(
        "user_step",
        sa.Column("step_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("about", sa.Uuid(), nullable=True),
        sa.Column("taken_by", sa.Uuid(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            f"step in ({', '.join(map(repr, STEPS))})", name=op.f("ck_user_step_step")
        ),
        sa.PrimaryKeyConstraint("step_id", name=op.f("pk_user_step")),
    )
    op.create_index("ix_user_step_user_id", "user_step", ["user_id", "step_id"])
    op.execute(
        "create trigger rows_are_final before update or delete or truncate on user_step"
        " for each statement execute function rows_are_final()"
    )


def downgrade() -> None:
    for table in ("user_step", "user_session", "one_time_link", "recovery_code", "second_factor"):
        op.drop_table(table)
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck_app_user_{name}"), "app_user")
    op.drop_index("ix_app_user_participant_id", "app_user")
    op.drop_index("ix_app_user_organisation_id", "app_user")
    # Who has no password yet, or acts for an organisation, could not come in before. Whoever is
    # locked may not come in; nothing fits an empty hash.
    op.execute(
        "delete from app_user where state in ('proposed', 'invited') or organisation_id is not null"
    )
    op.execute("update app_user set ended_at = now() where state = 'locked'")
    op.execute("update app_user set password_hash = '' where password_hash is null")
    for column in ("version", "state", "duty", "organisation_id", "display_name"):
        op.drop_column("app_user", column)
    op.alter_column("app_user", "password_hash", nullable=False)
    op.alter_column("app_user", "ended_at", new_column_name="disabled_at")
    op.create_check_constraint(
        op.f("ck_app_user_role"), "app_user", "role in ('operator', 'authority', 'participant')"
    )
