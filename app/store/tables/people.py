"""Who takes part: organisations, their credentials, staff, people and what they agreed to."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, Index, Table, Text, UniqueConstraint

from app.store.tables.metadata import digest, key, metadata, moment, text, uuid

organisation = Table(
    "organisation",
    metadata,
    key("organisation_id"),
    text("kind"),
    text("name"),
    # A covered emitter may not have units made inside its compliance boundary.
    Column("covered_emitter", Boolean, nullable=False, server_default="false"),
    moment("created_at"),
    CheckConstraint(
        "kind in ('provider', 'merchant', 'enterprise', 'verifier', 'exchange')", name="kind"
    ),
)

client = Table(
    "client",
    metadata,
    Column("client_id", Text, primary_key=True),
    uuid("organisation_id"),
    text("role"),
    text("secret_hash"),
    moment("created_at"),
    moment("disabled_at", nullable=True),
)

app_user = Table(
    "app_user",
    metadata,
    key("user_id"),
    text("username"),
    text("password_hash"),
    text("role"),
    uuid("participant_id", nullable=True),
    moment("created_at"),
    moment("disabled_at", nullable=True),
    UniqueConstraint("username"),
    CheckConstraint("role in ('operator', 'authority', 'participant')", name="role"),
    CheckConstraint("(role = 'participant') = (participant_id is not null)", name="person"),
)

# Who may prove by tokens of their own who people are: a login service, a city's app.
identity_provider = Table(
    "identity_provider",
    metadata,
    Column("issuer", Text, primary_key=True),
    uuid("organisation_id"),
    # Ed25519, 32 bytes.
    digest("public_key"),
    moment("created_at"),
    moment("disabled_at", nullable=True),
)

refresh_token = Table(
    "refresh_token",
    metadata,
    digest("token_digest", primary_key=True),
    # Every token that descends from one login; a reuse outside the grace ends all of them.
    uuid("family_id"),
    text("subject"),
    text("role"),
    uuid("tenant_id", nullable=True),
    moment("issued_at"),
    moment("expires_at"),
    moment("used_at", nullable=True),
    moment("revoked_at", nullable=True),
    Index("ix_refresh_token_family_id", "family_id"),
    Index("ix_refresh_token_subject", "subject"),
)

revoked_token = Table(
    "revoked_token",
    metadata,
    Column("jti", Text, primary_key=True),
    moment("revoked_at"),
    moment("expires_at"),
    Index("ix_revoked_token_revoked_at", "revoked_at"),
)

identity = Table(
    "identity",
    metadata,
    # A keyed hash: the identity itself is never stored.
    digest("identity_digest", primary_key=True),
    uuid("participant_id"),
)

participant = Table(
    "participant",
    metadata,
    key("participant_id"),
    text("region"),
    text("state"),
    uuid("enrolled_by"),
    moment("enrolled_at"),
    # When the person left; not known of who left before this was kept.
    moment("closed_at", nullable=True),
    CheckConstraint("state in ('active', 'closed')", name="state"),
    CheckConstraint("closed_at is null or state = 'closed'", name="closed_at"),
)

# Which organisations enrolled a person: these, and nobody else, may learn that the person exists.
enrolment = Table(
    "enrolment",
    metadata,
    key("participant_id"),
    key("organisation_id"),
    moment("enrolled_at"),
)

consent = Table(
    "consent",
    metadata,
    key("participant_id"),
    key("consent_id"),
    uuid("organisation_id"),
    text("scene"),
    text("text_version"),
    moment("granted_at"),
    moment("recorded_at"),
    moment("withdrawn_at", nullable=True),
    # Null: it was recorded before this was kept.
    text("channel", nullable=True),
    CheckConstraint("channel in ('login', 'provider', 'file')", name="channel"),
    # What cannot be read back as a moment must not be stored.
    CheckConstraint("granted_at >= '2000-01-01T00:00:00Z'", name="granted_at"),
    Index("ix_consent_cover", "participant_id", "organisation_id", "scene"),
)

contribution = Table(
    "contribution",
    metadata,
    key("participant_id"),
    key("contribution_id"),
    # Null means every methodology; the dates are civil days of the actions, both ends included.
    text("methodology", nullable=True),
    Column("occurred_from", Date),
    Column("occurred_to", Date),
    text("text_version"),
    moment("granted_at"),
    moment("withdrawn_at", nullable=True),
)

link = Table(
    "link",
    metadata,
    key("participant_id"),
    key("link_id"),
    uuid("organisation_id"),
    # A keyed hash of the provider's own name of the user.
    digest("subject_digest"),
    text("linked_by"),
    moment("linked_at"),
    moment("unlinked_at", nullable=True),
    CheckConstraint("linked_by in ('person', 'provider')", name="linked_by"),
)

# Whom a provider's user is linked to now: one account for each, whoever links.
linked_subject = Table(
    "linked_subject",
    metadata,
    digest("subject_digest", primary_key=True),
    uuid("participant_id"),
    uuid("link_id"),
)

personal_request = Table(
    "personal_request",
    metadata,
    key("participant_id"),
    key("request_id"),
    uuid("organisation_id"),
    text("kind"),
    text("scene", nullable=True),
    text("text_version", nullable=True),
    digest("subject_digest", nullable=True),
    text("state"),
    moment("asked_at"),
    moment("answered_at", nullable=True),
    CheckConstraint("kind in ('consent', 'link')", name="kind"),
    CheckConstraint("state in ('open', 'confirmed', 'declined')", name="state"),
    CheckConstraint("(state = 'open') = (answered_at is null)", name="answered_at"),
)

# Each proves somebody once; kept until it would have expired by itself.
spent_assertion = Table(
    "spent_assertion",
    metadata,
    digest("assertion_digest", primary_key=True),
    moment("expires_at"),
    Index("ix_spent_assertion_expires_at", "expires_at"),
)
