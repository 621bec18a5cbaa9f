"""OpenID providers, who is known to them, and logins that are on their way."""

from sqlalchemy import CheckConstraint, Column, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

from app.store.tables import metadata as db
from behaviours.openid_logins import STATES as LOGIN_STATES
from behaviours.openid_providers import STATES

openid_provider = db.table(
    "openid_provider",
    db.key("provider_id"),
    # Null: of the programme's own staff.
    db.uuid("organisation_id", nullable=True),
    *db.texts("name", "issuer", "client_id", "redirect_uri"),
    # Sealed; null: a client without a secret.
    db.digest("client_secret", nullable=True),
    Column("trusted_amr", ARRAY(Text), nullable=False),
    Column("trusted_acr", ARRAY(Text), nullable=False),
    db.text("state"),
    db.uuid("proposed_by"),
    db.moment("proposed_at"),
    db.uuid("ended_by", nullable=True),
    db.text("end_reason", nullable=True),
    db.moment("ended_at", nullable=True),
    db.one_of("state", *STATES),
    CheckConstraint("(state = 'ended') = (ended_at is not null)", name="ended_at"),
    Index(
        "uq_openid_provider_issuer",
        "organisation_id",
        "issuer",
        unique=True,
        postgresql_where=text("ended_at is null"),
        postgresql_nulls_not_distinct=True,
    ),
)

# Which subject of a provider is which user; of the subject only a keyed digest.
openid_identity = db.table(
    "openid_identity",
    db.key("identity_id"),
    *db.uuids("provider_id", "user_id"),
    db.digest("subject_digest"),
    db.moment("linked_at"),
    db.moment("ended_at", nullable=True),
    Index(
        "uq_openid_identity_subject",
        "provider_id",
        "subject_digest",
        unique=True,
        postgresql_where=text("ended_at is null"),
    ),
    Index(
        "uq_openid_identity_user",
        "user_id",
        "provider_id",
        unique=True,
        postgresql_where=text("ended_at is null"),
    ),
)

openid_login = db.table(
    "openid_login",
    db.digest_key("state_digest"),
    db.digest("secret_digest"),
    db.uuid("provider_id"),
    db.digest("link_digest", nullable=True),
    db.uuid("user_id", nullable=True),
    db.text("state"),
    db.moment("expires_at"),
    db.digest("subject_digest", nullable=True),
    db.flag("factor_shown"),
    db.one_of("state", *LOGIN_STATES),
    Index("ix_openid_login_expires_at", "expires_at"),
)
