"""What was done and what it saved: actions with their reductions, and the nets of uniqueness."""

from sqlalchemy import Column, DateTime

from app.store.tables import metadata as db

action = db.table(
    "action",
    db.key("participant_id"),
    # An action has exactly one reduction, in the same row; red_ and act_ share this id.
    db.key("action_id"),
    # Null when the person recorded the action without a provider.
    db.uuid("provider_id", nullable=True),
    db.text("behaviour"),
    db.cleared(db.text("external_id", nullable=True)),
    db.moment("occurred_at"),
    db.moment("ended_at", nullable=True),
    db.moment("recorded_at"),
    db.text("region"),
    db.document("quantities"),
    db.cleared(db.document("evidence", nullable=True)),
    *db.texts("methodology", "version"),
    db.digest("digest"),
    *db.texts("provenance", "action_class"),
    db.small("vintage"),
    Column("saved_mg", db.AMOUNT, nullable=False),
    # Inputs, history and resolved factor ids: what a stranger needs to compute saved_mg again.
    db.document("calculation"),
    db.small_amount("points"),
    db.text("limited_by", nullable=True),
    *db.moments("points_available_at", "points_expires_at", nullable=True),
    # Whose the numbers in the evidence are, by kind of claim; null: all are the provider's own.
    db.document("issuers", nullable=True),
    # External id and evidence, for who has the person's data key.
    db.digest("seal", nullable=True),
    db.one_of_two("seal", "external_id", "seal"),
    *db.indexes("action_id"),
    db.index_where(
        "ix_action_provider_id_occurred_at_action_id",
        "provider_id",
        "occurred_at",
        "action_id",
        where="provider_id is not null",
    ),
    # Rows arrive in time order, so a block range index finds a period for almost nothing.
    db.closed_days("action", "occurred_at"),
    db.closed_days("action", "recorded_at"),
)

claim_key = db.table(
    "claim_key",
    db.digest_key("claim_digest"),
    *db.uuids("participant_id", "action_id"),
    # Of the sender's own event: what was said under its external_id. Null for other claims.
    db.digest("fingerprint", nullable=True),
)

# Claims that an action made before numbers had a normal form, and that another one, recorded
# earlier, holds in another spelling. The next in line takes over when the holder frees it.
claim_waiting = db.table(
    "claim_waiting",
    db.digest_key("claim_digest"),
    db.key("action_id"),
    db.uuid("participant_id"),
)

person_interval = db.table(
    "person_interval",
    db.key("participant_id"),
    *db.interval(),
    db.uuid("action_id"),
)

# A row to lock: whoever adds an interval of a meter holds its row while looking for overlaps.
meter = db.table("meter", db.digest_key("meter_digest"))

meter_interval = db.table(
    "meter_interval",
    db.digest_key("meter_digest"),
    *db.interval(),
    *db.uuids("participant_id", "action_id"),
)

exclusion_claim = db.table(
    "exclusion_claim",
    db.key("participant_id"),
    db.text_key("exclusion_group"),
    db.day_key("period_start"),
    db.text("side"),
    # How many live actions stand on this side; a reversal of the last one frees the period.
    db.count("actions"),
)

rule_limit = db.table(
    "rule_limit",
    db.key("participant_id"),
    # Of which rule and of what: ``LimitRule.code``.
    db.text_key("limit_code"),
    db.day_key("period_start"),
    # Of live actions and of those that wait: actions, mg, or millionths of a quantity's unit.
    *db.amounts("used"),
    # Raised again and again in the period in which it is first used.
    postgresql_with={"fillfactor": "70"},
)

reversal = db.table(
    "reversal",
    *db.keys("participant_id", "action_id"),
    # Null: it was taken back before there was a list.
    db.text("reason_code", nullable=True),
    *db.texts("reason", "reversed_by"),
    db.moment("reversed_at"),
    db.whole("saved_mg"),
    *db.counts("points_taken", "points_owed"),
    # Left with the person because the reversal came late. Null: it was before this was told, when
    # points of other lots were taken too and what had expired was owed.
    db.count("points_kept", nullable=True),
    db.closed_days("reversal", "reversed_at"),
)

# Who asked for an action to be taken back; it is when enough of them, of enough roles, did.
reversal_signature = db.table(
    "reversal_signature",
    *db.keys("action_id", "user_id"),
    *db.texts("role", "reason_code", "reason"),
    # The same person signs again what has lapsed.
    Column("signed_at", DateTime(timezone=True), primary_key=True),
    db.closed_days("reversal_signature", "signed_at"),
)

# What a person has saved in all, kept so that the account answers without a sum over history:
# saved_mg and actions count the live (not reversed) actions.
reduction_account = db.table(
    "reduction_account",
    db.key("participant_id"),
    *db.amounts("saved_mg", "actions"),
    # Rises with every change, as in points_account.
    db.whole("version"),
    postgresql_with={"fillfactor": "70"},
)

# What actions hold whose evidence nobody can read any more: their claim digests, a ride, a meter's
# interval, sides. Made of the evidence when its person left.
kept_claim = db.table(
    "kept_claim",
    *db.keys("participant_id", "action_id"),
    db.document("claims"),
    *db.indexes("action_id"),
)
