"""What was done and what it saved: actions with their reductions, and the nets of uniqueness."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
)

from app.store.tables.metadata import digest, document, key, metadata, moment, text, uuid, whole

action = Table(
    "action",
    metadata,
    key("participant_id"),
    # An action has exactly one reduction, in the same row; red_ and act_ share this id.
    key("action_id"),
    # Null when the person recorded the action without a provider.
    uuid("provider_id", nullable=True),
    text("behaviour"),
    text("external_id"),
    moment("occurred_at"),
    moment("ended_at", nullable=True),
    moment("recorded_at"),
    text("region"),
    document("quantities"),
    document("evidence"),
    text("methodology"),
    text("version"),
    digest("digest"),
    text("provenance"),
    text("action_class"),
    Column("vintage", SmallInteger, nullable=False),
    whole("saved_mg"),
    # Inputs, history and resolved factor ids: what a stranger needs to compute saved_mg again.
    document("calculation"),
    Column("points", Integer, nullable=False),
    text("limited_by", nullable=True),
    moment("points_available_at", nullable=True),
    moment("points_expires_at", nullable=True),
    # Whose the numbers in the evidence are, by kind of claim; null: all are the provider's own.
    document("issuers", nullable=True),
    CheckConstraint("saved_mg >= 0", name="saved_mg"),
    CheckConstraint("points >= 0", name="points"),
    Index("ix_action_action_id", "action_id"),
    # Rows arrive in time order, so a block range index finds a period for almost nothing.
    Index("ix_action_occurred_at", "occurred_at", postgresql_using="brin"),
    Index("ix_action_recorded_at", "recorded_at", postgresql_using="brin"),
)

claim_key = Table(
    "claim_key",
    metadata,
    digest("claim_digest", primary_key=True),
    uuid("participant_id"),
    uuid("action_id"),
    # Of the sender's own event: what was said under its external_id. Null for other claims.
    digest("fingerprint", nullable=True),
)

# Claims that an action made before numbers had a normal form, and that another one, recorded
# earlier, holds in another spelling. The next in line takes over when the holder frees it.
claim_waiting = Table(
    "claim_waiting",
    metadata,
    digest("claim_digest", primary_key=True),
    key("action_id"),
    uuid("participant_id"),
)

person_interval = Table(
    "person_interval",
    metadata,
    key("participant_id"),
    Column("starts_at", DateTime(timezone=True), primary_key=True),
    moment("ends_at"),
    uuid("action_id"),
    CheckConstraint("ends_at > starts_at", name="forward"),
)

# A row to lock: whoever adds an interval of a meter holds its row while looking for overlaps.
meter = Table("meter", metadata, digest("meter_digest", primary_key=True))

meter_interval = Table(
    "meter_interval",
    metadata,
    digest("meter_digest", primary_key=True),
    Column("starts_at", DateTime(timezone=True), primary_key=True),
    moment("ends_at"),
    uuid("participant_id"),
    uuid("action_id"),
    CheckConstraint("ends_at > starts_at", name="forward"),
)

exclusion_claim = Table(
    "exclusion_claim",
    metadata,
    key("participant_id"),
    Column("exclusion_group", Text, primary_key=True),
    Column("period_start", Date, primary_key=True),
    text("side"),
    # How many live actions stand on this side; a reversal of the last one frees the period.
    Column("actions", Integer, nullable=False),
)

reversal = Table(
    "reversal",
    metadata,
    key("participant_id"),
    key("action_id"),
    # Null: it was taken back before there was a list.
    text("reason_code", nullable=True),
    text("reason"),
    text("reversed_by"),
    moment("reversed_at"),
    whole("saved_mg"),
    Column("points_taken", Integer, nullable=False),
    Column("points_owed", Integer, nullable=False),
    # Left with the person because the reversal came late. Null: it was before this was told, when
    # points of other lots were taken too and what had expired was owed.
    Column("points_kept", Integer, nullable=True),
    Index("ix_reversal_reversed_at", "reversed_at", postgresql_using="brin"),
)

# Who asked for an action to be taken back; it is when enough of them, of enough roles, did.
reversal_signature = Table(
    "reversal_signature",
    metadata,
    key("action_id"),
    key("user_id"),
    text("role"),
    text("reason_code"),
    text("reason"),
    # The same person signs again what has lapsed.
    Column("signed_at", DateTime(timezone=True), primary_key=True),
)

# What a person has saved in all, kept so that the account answers without a sum over history:
# saved_mg and actions count the live (not reversed) actions.
reduction_account = Table(
    "reduction_account",
    metadata,
    key("participant_id"),
    whole("saved_mg"),
    whole("actions"),
    # Rises with every change, as in points_account.
    whole("version"),
    CheckConstraint("saved_mg >= 0", name="saved_mg"),
    CheckConstraint("actions >= 0", name="actions"),
    postgresql_with={"fillfactor": "70"},
)
