"""Pooling: bundles, their leaves, their verification, and what two people sign."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
)

from app.store.tables.metadata import digest, document, key, metadata, moment, text, uuid, whole

# Two people of two roles let a version with a weak provenance into bundles, by name.
gate_approval = Table(
    "gate_approval",
    metadata,
    Column("methodology", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    key("user_id"),
    text("role"),
    text("reason"),
    moment("approved_at"),
)

bundle = Table(
    "bundle",
    metadata,
    key("bundle_id"),
    text("methodology", nullable=True),
    Column("vintage", SmallInteger, nullable=False),
    text("region", nullable=True),
    Column("occurred_from", Date, nullable=False),
    Column("occurred_to", Date, nullable=False),
    text("unit_class"),
    text("state"),
    uuid("created_by"),
    moment("created_at"),
    # SHA-256 of the secret that the draw of the sample starts from.
    digest("commitment", nullable=True),
    # Filled by selection and recounted by sealing.
    whole("reductions", nullable=True),
    whole("selected_mg", nullable=True),
    whole("carried_in_mg", nullable=True),
    whole("deducted_mg", nullable=True),
    whole("reserve_mg", nullable=True),
    whole("issued_t", nullable=True),
    whole("carried_out_mg", nullable=True),
    digest("root", nullable=True),
    # The stated share that stays with the registry, as it was when the bundle was opened.
    Column("reserve_per_mille", SmallInteger, nullable=False),
    # Actions before this moment have been looked at: where a stopped selection goes on.
    moment("selected_until", nullable=True),
    # After this moment nothing leaves the bundle any more: sealing has begun to hash it.
    moment("frozen_at", nullable=True),
    # The work that is on its way, or was the last one.
    uuid("task_id", nullable=True),
    uuid("verifier_id", nullable=True),
    document("sampling_plan", nullable=True),
    document("report", nullable=True),
    document("opinion", nullable=True),
    moment("noticed_at", nullable=True),
    Column("notice_until", Date, nullable=True),
    moment("sealed_at", nullable=True),
    moment("issued_at", nullable=True),
    # What was taken back after the freeze and has no cover.
    Column("shortfall_mg", BigInteger, nullable=False, server_default="0"),
    CheckConstraint("shortfall_mg >= 0", name="shortfall_mg"),
    CheckConstraint(
        "(state = 'suspended') = (shortfall_mg > 0 and issued_at is not null)", name="suspended"
    ),
    CheckConstraint(
        "state in ('draft', 'selecting', 'selected', 'reported', 'submitted', 'verified',"
        " 'noticed', 'sealing', 'sealed', 'issued', 'suspended', 'rejected', 'cancelled')",
        name="state",
    ),
)

bundle_entry = Table(
    "bundle_entry",
    metadata,
    # One reduction is in at most one bundle, because this is the key.
    key("participant_id"),
    key("action_id"),
    uuid("bundle_id"),
    whole("saved_mg"),
    # Random, given only to the person; what leaf hides cannot be guessed without it.
    uuid("salt", nullable=True),
    digest("leaf"),
    Index("ix_bundle_entry_bundle_id_action_id", "bundle_id", "action_id"),
)

# Subtrees of 1,024 leaves: a proof reads one of them and this table.
bundle_chunk = Table(
    "bundle_chunk",
    metadata,
    key("bundle_id"),
    Column("chunk_no", Integer, primary_key=True, autoincrement=False),
    uuid("first_action_id"),
    Column("leaves", Integer, nullable=False),
    digest("node"),
    whole("sum_mg"),
)

# Revealed when the verifier has given its number; until then nobody is shown it.
sampling_secret = Table(
    "sampling_secret",
    metadata,
    key("bundle_id"),
    digest("secret"),
)

# What was submitted, as it stood: it is kept when the bundle is returned.
bundle_population = Table(
    "bundle_population",
    metadata,
    key("bundle_id"),
    key("action_id"),
    Column("stratum", Integer, nullable=False),
    text("behaviour"),
    whole("saved_mg"),
    # It was taken back since, so another one stands in for it in the sample.
    Column("gone", Boolean, nullable=False, server_default="false"),
    Index("ix_bundle_population_action_id", "action_id"),
)

# Every submission, acceptance, refusal, end of a verification: rows are only added.
verification_step = Table(
    "verification_step",
    metadata,
    key("step_id"),
    uuid("bundle_id"),
    text("step"),
    moment("taken_at"),
    document("said"),
    Index("ix_verification_step_bundle_id_step_id", "bundle_id", "step_id"),
)

bundle_sample = Table(
    "bundle_sample",
    metadata,
    key("bundle_id"),
    key("action_id"),
    uuid("participant_id"),
    whole("saved_mg"),
    Column("stratum", Integer, nullable=False, server_default="0"),
    whole("found_mg", nullable=True),
    text("finding", nullable=True),
    text("note", nullable=True),
    moment("found_at", nullable=True),
)

# Who signed what: sealing, issuing and reversing need two people of two roles.
signature = Table(
    "signature",
    metadata,
    Column("subject_kind", Text, primary_key=True),
    key("subject_id"),
    Column("verb", Text, primary_key=True),
    Column("role", Text, primary_key=True),
    uuid("user_id"),
    moment("signed_at"),
)
