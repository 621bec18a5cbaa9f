"""Who takes part: organisations, their credentials, staff, people and what they agreed to."""

from sqlalchemy import CheckConstraint, Column, Index, Text, UniqueConstraint

from app.store.tables import metadata as db
from behaviours.apps import PLATFORMS, STATES as APP_STATES
from behaviours.identity_services import STATES as SERVICE_STATES
from behaviours.links import ENDS
from behaviours.standing import ACTIVE, STANDINGS
from behaviours.users import DUTIES, PARTICIPANT, PROGRAMME_ROLES, STATES
from behaviours.viewer import CASHIER

organisation = db.table(
    "organisation",
    db.key("organisation_id"),
    *db.texts("kind", "name"),
    # A covered emitter may not have units made inside its compliance boundary.
    db.flag("covered_emitter"),
    db.moment("created_at"),
    Column("state", Text, nullable=False, server_default=ACTIVE),
    # Grows with every step, so that what was signed for one suspension counts for no other.
    db.count("revision", at_first="1"),
    db.moment("changed_at", nullable=True),
    db.one_of("kind", "provider", "merchant", "enterprise", "verifier", "exchange"),
    db.one_of("state", *STANDINGS),
    # Few are not active, and they are looked for wherever something is offered.
    db.index_where("ix_organisation_stopped", "organisation_id", where=f"state <> '{ACTIVE}'"),
)

client = db.table(
    "client",
    db.text_key("client_id"),
    db.uuid("organisation_id"),
    *db.texts("role", "name"),
    # Null: it was made before clients said what they are for.
    db.text("purpose", nullable=True),
    *db.since("created_at", until="disabled_at"),
    # When a token was last asked for with it, to within some minutes.
    db.moment("last_used_at", nullable=True),
    db.pages("client", "organisation_id", by="client_id"),
)

client_secret = db.table(
    "client_secret",
    db.key("secret_id"),
    *db.texts("client_id", "secret_hash"),
    # Null: until another takes its place.
    *db.since("made_at", until="good_until"),
    db.pages("client_secret", "client_id", by="secret_id"),
)

# A program on people's phones, through which they come in; it has no secret.
mobile_app = db.table(
    "mobile_app",
    db.key("app_id"),
    db.uuid("organisation_id"),
    # ``store_id`` is how its platform knows it.
    *db.texts("platform", "store_id", "name_zh", "name_en", "state"),
    db.moment("registered_at"),
    db.moment("revoked_at", nullable=True),
    db.text("reason", nullable=True),
    db.one_of("platform", *PLATFORMS),
    db.one_of("state", *APP_STATES),
    CheckConstraint("(state = 'revoked') = (revoked_at is not null)", name="revoked_at"),
    db.pages("mobile_app", "organisation_id", by="app_id"),
    db.once_where("uq_mobile_app_store_id", "platform", "store_id", where="state = 'registered'"),
)

app_user = db.table(
    "app_user",
    db.key("user_id"),
    db.text("username"),
    # Null: a person who takes part, who is known by nothing but their account.
    db.text("display_name", nullable=True),
    # Null: who has not come in yet, or does not any more, or comes in by an OpenID provider.
    db.text("password_hash", nullable=True),
    db.text("role"),
    *db.uuids("organisation_id", "participant_id", nullable=True),
    db.text("duty", nullable=True),
    db.text("state"),
    # Grows whenever what proves the user changes: a login that was proven before does not begin.
    db.count("version", at_first="1"),
    *db.since("created_at", until="ended_at"),
    UniqueConstraint("username"),
    db.one_of(
        "role", *PROGRAMME_ROLES, PARTICIPANT, "provider", "merchant", "enterprise", "verifier"
    ),
    db.one_of("duty", *DUTIES, CASHIER),
    db.one_of("state", *STATES),
    CheckConstraint("(role = 'participant') = (participant_id is not null)", name="person"),
    CheckConstraint(
        "(role in ('operator', 'authority', 'participant')) = (organisation_id is null)",
        name="organisation",
    ),
    db.both_or_neither("of_organisation", "organisation_id", "duty"),
    CheckConstraint("(role = 'participant') = (display_name is null)", name="named"),
    db.told_end("ended_at"),
    CheckConstraint("password_hash is null or state in ('active', 'locked')", name="password"),
    db.pages("app_user", "organisation_id", by="user_id"),
    *db.indexes("participant_id"),
)

# Who may prove by tokens of their own who people are: a login service, a city's app.
identity_provider = db.table(
    "identity_provider",
    db.key("login_service_id"),
    db.text("issuer"),
    db.uuid("organisation_id"),
    # Ed25519, 32 bytes.
    db.digest("public_key"),
    *db.since("created_at", until="disabled_at"),
    # Who proposed, admitted and ended it stands among the signatures.
    db.text("state"),
    db.moment("admitted_at", nullable=True),
    db.one_of("state", *SERVICE_STATES),
    *db.trusted_until("disabled_at"),
    # An issuer is known once, until it ends.
    db.once_where("ix_identity_provider_issuer", "issuer", where="disabled_at is null"),
)

refresh_token = db.table(
    "refresh_token",
    db.digest_key("token_digest"),
    # Every token that descends from one login; a reuse outside the grace ends all of them.
    db.uuid("family_id"),
    *db.texts("subject", "role"),
    db.uuid("tenant_id", nullable=True),
    *db.moments("issued_at", "expires_at"),
    *db.moments("used_at", "revoked_at", nullable=True),
    # Through which app a person came in; null: none was named.
    db.uuid("app_id", nullable=True),
    *db.indexes("family_id", "subject", "expires_at"),
)

revoked_token = db.table(
    "revoked_token",
    db.text_key("jti"),
    *db.moments("revoked_at", "expires_at"),
    *db.indexes("revoked_at", "expires_at"),
)

identity = db.table(
    "identity",
    # A keyed hash: the identity itself is never stored.
    db.digest_key("identity_digest"),
    db.uuid("participant_id"),
    # Since when another identity leads to the account as well, and this one is kept beside it.
    db.moment("former_since", nullable=True),
    *db.indexes("participant_id"),
)

participant = db.table(
    "participant",
    db.key("participant_id"),
    *db.texts("region", "state"),
    db.uuid("enrolled_by"),
    # When the person left; not known of who left before this was kept.
    *db.since("enrolled_at", until="closed_at"),
    db.one_of("state", "active", "closed"),
    CheckConstraint("closed_at is null or state = 'closed'", name="closed_at"),
)

# Under which everything is sealed that names the person or a thing of theirs; it goes when they go.
person_key = db.table(
    "person_key",
    db.key("participant_id"),
    # Which master key wraps it.
    db.digest("key_id"),
    db.digest("wrapped"),
    db.of_32_bytes("wrapped"),
)

# Which organisations enrolled a person: these, and nobody else, may learn that the person exists.
enrolment = db.table(
    "enrolment",
    *db.keys("participant_id", "organisation_id"),
    db.moment("enrolled_at"),
    *db.indexes(("organisation_id", "participant_id")),
)

consent = db.table(
    "consent",
    *db.keys("participant_id", "consent_id"),
    db.uuid("organisation_id"),
    *db.texts("scene", "text_version"),
    *db.moments("granted_at", "recorded_at"),
    db.moment("withdrawn_at", nullable=True),
    # Null: it was recorded before this was kept.
    db.text("channel", nullable=True),
    db.one_of("channel", "login", "provider", "file", "guardian"),
    # What cannot be read back as a moment must not be stored.
    CheckConstraint("granted_at >= '2000-01-01T00:00:00Z'", name="granted_at"),
    Index("ix_consent_cover", "participant_id", "organisation_id", "scene"),
    *db.indexes(("organisation_id", "consent_id")),
)

contribution = db.table(
    "contribution",
    *db.keys("participant_id", "contribution_id"),
    # Null means every methodology; the dates are civil days of the actions, both ends included.
    db.text("methodology", nullable=True),
    *db.days("occurred_from", "occurred_to", nullable=True),
    db.text("text_version"),
    *db.since("granted_at", until="withdrawn_at"),
    # Null means every bundle.
    db.uuid("bundle_id", nullable=True),
    # The most that may be pooled of it; null is no cap.
    *db.wholes("most_mg_per_year", "most_mg_per_bundle", nullable=True),
    db.small("most_percent", nullable=True),
    CheckConstraint(
        "most_mg_per_year > 0 and most_mg_per_bundle > 0 and most_percent between 1 and 100",
        name="caps",
    ),
    db.index_where(
        "ix_contribution_capped",
        "participant_id",
        where="withdrawn_at is null"
        " and num_nonnulls(most_mg_per_year, most_mg_per_bundle, most_percent) > 0",
    ),
)

link = db.table(
    "link",
    *db.keys("participant_id", "link_id"),
    db.uuid("organisation_id"),
    # A keyed hash of the provider's own name of the user.
    db.digest("subject_digest"),
    db.text("linked_by"),
    *db.since("linked_at", until="unlinked_at"),
    # When the provider's word last opened the account.
    db.moment("last_word_at", nullable=True),
    # Null: it stands, or it ended before this was kept.
    db.text("ended_because", nullable=True),
    db.one_of("linked_by", "person", "provider"),
    db.one_of("ended_because", *ENDS),
    CheckConstraint("ended_because is null or unlinked_at is not null", name="ended"),
    db.index_where("ix_link_open", "organisation_id", where="unlinked_at is null"),
)

# That somebody came in by a provider's word, by which link, and through which app.
word_session = db.table(
    "word_session",
    *db.keys("participant_id", "session_id"),
    *db.uuids("organisation_id", "link_id"),
    db.uuid("app_id", nullable=True),
    *db.moments("started_at", "expires_at"),
    # When the person ended it; null: it goes on, or ended by itself.
    db.moment("ended_at", nullable=True),
    *db.indexes("expires_at"),
)

# Whom a provider's user is linked to now: one account for each, whoever links.
linked_subject = db.table(
    "linked_subject",
    db.digest_key("subject_digest"),
    *db.uuids("participant_id", "link_id"),
)

personal_request = db.table(
    "personal_request",
    *db.keys("participant_id", "request_id"),
    db.uuid("organisation_id"),
    db.text("kind"),
    *db.texts("scene", "text_version", nullable=True),
    db.digest("subject_digest", nullable=True),
    db.text("state"),
    db.moment("asked_at"),
    db.moment("answered_at", nullable=True),
    db.one_of("kind", "consent", "link"),
    db.one_of("state", "open", "confirmed", "declined"),
    CheckConstraint("(state = 'open') = (answered_at is null)", name="answered_at"),
    db.index_where(
        "ix_personal_request_answered_at", "answered_at", where="answered_at is not null"
    ),
)

# Each proves somebody once; kept until it would have expired by itself.
spent_assertion = db.table(
    "spent_assertion",
    db.digest_key("assertion_digest"),
    db.moment("expires_at"),
    *db.indexes("expires_at"),
)
