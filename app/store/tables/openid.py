"""OpenID providers, who is known to them, and logins that are on their way."""

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
    db.words("trusted_amr"),
    db.words("trusted_acr"),
    db.text("state"),
    *db.done("proposed"),
    db.uuid("ended_by", nullable=True),
    db.text("end_reason", nullable=True),
    db.moment("ended_at", nullable=True),
    db.one_of("state", *STATES),
    db.told_end("ended_at"),
    db.once_where(
        "uq_openid_provider_issuer",
        "organisation_id",
        "issuer",
        where="ended_at is null",
        nulls_equal=True,
    ),
)

# Which subject of a provider is which user; of the subject only a keyed digest.
openid_identity = db.table(
    "openid_identity",
    db.key("identity_id"),
    *db.uuids("provider_id", "user_id"),
    db.digest("subject_digest"),
    *db.since("linked_at", until="ended_at"),
    db.once_where(
        "uq_openid_identity_subject", "provider_id", "subject_digest", where="ended_at is null"
    ),
    db.once_where("uq_openid_identity_user", "user_id", "provider_id", where="ended_at is null"),
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
    *db.indexes("expires_at"),
)
