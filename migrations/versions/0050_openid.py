"""Staff comes in by an OpenID provider too; whoever does need not have a password here."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

STEPS = (
    "approve", "accept", "lock", "unlock", "end", "invite", "link_password", "change_password",
    "reset_factor", "renew_factor", "renew_codes", "link_openid", "sign_approve", "sign_end",
    "sign_reset",
)  # fmt: skip
BEFORE = "(state in ('active', 'locked')) = (password_hash is not null)"


def upgrade() -> None:
    _providers()
    _logins()
    op.add_column("user_session", sa.Column("openid_provider_id", sa.Uuid(), nullable=True))
    op.drop_constraint(op.f("ck_app_user_password"), "app_user")
    op.create_check_constraint(
        op.f("ck_app_user_password"),
        "app_user",
        "password_hash is null or state in ('active', 'locked')",
    )
    # Steps of a later release stay in the history of whoever went back; the last of the steps that
    # adds words holds every row to them.
    _steps(STEPS, postgresql_not_valid=True)


def _providers() -> None:
    op.create_table(
        "openid_provider",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("redirect_uri", sa.Text(), nullable=False),
        sa.Column("client_secret", sa.LargeBinary(), nullable=True),
        sa.Column("trusted_amr", ARRAY(sa.Text()), nullable=False),
        sa.Column("trusted_acr", ARRAY(sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('proposed', 'active', 'ended')", name=op.f("ck_openid_provider_state")
        ),
        sa.CheckConstraint(
            "(state = 'ended') = (ended_at is not null)", name=op.f("ck_openid_provider_ended_at")
        ),
        sa.PrimaryKeyConstraint("provider_id", name=op.f("pk_openid_provider")),
    )
    op.create_index(
        "uq_openid_provider_issuer",
        "openid_provider",
        ["organisation_id", "issuer"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "openid_identity",
        sa.Column("identity_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("subject_digest", sa.LargeBinary(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("identity_id", name=op.f("pk_openid_identity")),
    )
    for name, columns in (
        ("uq_openid_identity_subject", ["provider_id", "subject_digest"]),
        ("uq_openid_identity_user", ["user_id", "provider_id"]),
    ):
        op.create_index(
            name,
            "openid_identity",
            columns,
            unique=True,
            postgresql_where=sa.text("ended_at is null"),
        )


def _logins() -> None:
    op.create_table(
        "openid_login",
        sa.Column("state_digest", sa.LargeBinary(), nullable=False),
        sa.Column("secret_digest", sa.LargeBinary(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("link_digest", sa.LargeBinary(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("subject_digest", sa.LargeBinary(), nullable=True),
        sa.Column("factor_shown", sa.Boolean(), nullable=False, server_default="false"),
        sa.CheckConstraint(
            "state in ('begun', 'returned', 'proven', 'finished')",
            name=op.f("ck_openid_login_state"),
        ),
        sa.PrimaryKeyConstraint("state_digest", name=op.f("pk_openid_login")),
    )
    op.create_index("ix_openid_login_expires_at", "openid_login", ["expires_at"])


def _steps(known: tuple[str, ...], **options: bool) -> None:
    op.drop_constraint(op.f("ck_user_step_step"), "user_step")
    condition = f"step in ({', '.join(map(repr, known))})"
    op.create_check_constraint(op.f("ck_user_step_step"), "user_step", condition, **options)


def downgrade() -> None:
    # What was done stays written down as it was; only what comes is held to the earlier words.
    before = tuple(each for each in STEPS if each != "link_openid")
    _steps(before, postgresql_not_valid=True)
    # Who has no password does not come in any more; nothing fits an empty hash.
    op.drop_constraint(op.f("ck_app_user_password"), "app_user")
    op.execute(
        "update app_user set password_hash = ''"
        " where password_hash is null and state in ('active', 'locked')"
    )
    op.create_check_constraint(op.f("ck_app_user_password"), "app_user", BEFORE)
    op.drop_column("user_session", "openid_provider_id")
    for table in ("openid_login", "openid_identity", "openid_provider"):
        op.drop_table(table)
