"""Pooling: bundles, their leaves, their verification, and what two people sign."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, UniqueConstraint

from app.store.tables import metadata as db
from rewards.pooling.bundle import STATES
from rewards.pooling.counting import PARTS, PHASES
from rewards.pooling.verifiers import SEAT_ENDS, WAYS

# Two people of two roles let a version with a weak provenance into bundles, by name.
gate_approval = db.table(
    "gate_approval",
    *db.text_keys("methodology", "version"),
    db.key("user_id"),
    *db.texts("role", "reason"),
    db.moment("approved_at"),
)

bundle = db.table(
    "bundle",
    db.key("bundle_id"),
    db.text("methodology", nullable=True),
    db.small("vintage"),
    db.text("region", nullable=True),
    *db.days("occurred_from", "occurred_to"),
    *db.texts("unit_class", "state"),
    *db.done("created"),
    # Of a bundle of several methodologies: those that it may hold. Null: of one, or, before they
    # were named, of every one.
    db.words("methodologies", nullable=True),
    # SHA-256 of the secret that the draw of the sample starts from.
    db.digest("commitment", nullable=True),
    # Filled by selection and recounted by sealing.
    *db.wholes(
        "reductions",
        "selected_mg",
        "carried_in_mg",
        "deducted_mg",
        "reserve_mg",
        "issued_t",
        "carried_out_mg",
        nullable=True,
    ),
    db.digest("root", nullable=True),
    # The stated share that stays with the registry, as it was when the bundle was opened.
    db.small("reserve_per_mille"),
    # Actions before this moment have been looked at: where a stopped selection goes on.
    db.moment("selected_until", nullable=True),
    # After this moment nothing leaves the bundle any more: sealing has begun to hash it.
    db.moment("frozen_at", nullable=True),
    # Of a project: the monitoring period whose verified mass of this vintage it is. It has no
    # leaves, its root is the digest of the report, and it begins its life as issued.
    db.uuid("period_id", nullable=True),
    # The work that is on its way, or was the last one.
    *db.uuids("task_id", "verifier_id", nullable=True),
    # From this moment on its verifier is late to accept, or to give its opinion.
    db.moment("verify_by", nullable=True),
    *db.documents("sampling_plan", "report", "opinion", nullable=True),
    db.moment("noticed_at", nullable=True),
    db.day("notice_until", nullable=True),
    *db.moments("sealed_at", "issued_at", nullable=True),
    # What was taken back after the freeze and has no cover.
    Column("shortfall_mg", BigInteger, nullable=False, server_default="0"),
    *db.not_negative("shortfall_mg"),
    CheckConstraint(
        "(state = 'suspended') = (shortfall_mg > 0 and issued_at is not null)", name="suspended"
    ),
    db.one_of("state", *STATES),
    # What was verified of a period is issued once, by civil year.
    db.once_where("uq_bundle_period", "period_id", "vintage", where="period_id is not null"),
)

bundle_entry = db.table(
    "bundle_entry",
    # One reduction is in at most one bundle, because this is the key.
    *db.keys("participant_id", "action_id"),
    db.uuid("bundle_id"),
    db.whole("saved_mg"),
    # Random, given only to the person; what leaf hides cannot be guessed without it.
    db.uuid("salt", nullable=True),
    db.digest("leaf"),
    *db.indexes(("bundle_id", "action_id")),
)

# How far a bundle's days were counted, as a preview or by its selection.
bundle_counting = db.table(
    "bundle_counting",
    db.key("bundle_id"),
    db.text_key("phase"),
    # When, and up to which moment of what was done.
    *db.moments("counted_at", "counted_until"),
    db.truth("complete"),
    db.one_of("phase", *PHASES),
)

# What it found, every reduction by one outcome.
bundle_count = db.table(
    "bundle_count",
    db.key("bundle_id"),
    *db.text_keys("phase", "part", "name"),
    *db.wholes("reductions", "saved_mg"),
    db.one_of("part", *PARTS),
)

# What was weighed of each mandate with caps, as a preview or by the selection.
mandate_count = db.table(
    "mandate_count",
    db.key("bundle_id"),
    db.text_key("phase"),
    *db.keys("participant_id", "contribution_id"),
    *db.wholes("qualified_mg", "bundle_mg"),
    db.one_of("phase", *PHASES),
)

# What qualified for a bundle and stayed its person's, because of a cap.
capped_reduction = db.table(
    "capped_reduction",
    *db.keys("participant_id", "action_id", "bundle_id"),
    db.uuid("contribution_id"),
    db.whole("saved_mg"),
    *db.indexes("bundle_id"),
)

# Subtrees of 1,024 leaves: a proof reads one of them and this table.
bundle_chunk = db.table(
    "bundle_chunk",
    db.key("bundle_id"),
    db.number_key("chunk_no"),
    db.uuid("first_action_id"),
    db.count("leaves"),
    db.digest("node"),
    db.whole("sum_mg"),
)

# Revealed when the verifier has given its number; until then nobody is shown it.
sampling_secret = db.table(
    "sampling_secret",
    db.key("bundle_id"),
    db.digest("secret"),
)

# What was submitted, as it stood: it is kept when the bundle is returned.
bundle_population = db.table(
    "bundle_population",
    *db.keys("bundle_id", "action_id"),
    db.count("stratum"),
    db.text("behaviour"),
    db.whole("saved_mg"),
    # It was taken back since, so another one stands in for it in the sample.
    db.flag("gone"),
    *db.indexes("action_id"),
)

# Every submission, acceptance, refusal, end of a verification: rows are only added.
verification_step = db.table(
    "verification_step",
    db.key("step_id"),
    db.uuid("bundle_id"),
    db.text("step"),
    db.moment("taken_at"),
    db.document("said"),
    *db.indexes(("bundle_id", "step_id")),
    db.closed_days("verification_step", "taken_at"),
)


def _by_two() -> Column[bool]:
    """False for what stood there before two people had to sign it."""
    return Column("by_two", Boolean, nullable=False, server_default="true")


# Who is in the authority's pool of verifiers: the newest row of each says it.
verifier_pool_step = db.table(
    "verifier_pool_step",
    db.key("step_id"),
    db.uuid("organisation_id"),
    db.truth("admitted"),
    # For which behaviours it is drawn; null is every one.
    db.words("behaviours", nullable=True),
    db.text("reason"),
    *db.newest_of("organisation_id", "decided"),
    _by_two(),
)

# Ties, as an organisation states its own and as the authority states them: the newest of each.
independence_declaration = db.table(
    "independence_declaration",
    db.key("declaration_id"),
    db.uuid("organisation_id"),
    db.truth("by_itself"),
    db.ids("interests"),
    db.truth("of_operator"),
    # As it was written, and as it is compared.
    *db.texts("group_name", "group_key", nullable=True),
    *db.newest_of("organisation_id", "declared"),
    _by_two(),
)

# The authority approves a verifier for one bundle by name; the newest row of a bundle counts.
verifier_approval = db.table(
    "verifier_approval",
    db.key("approval_id"),
    *db.uuids("bundle_id", "verifier_id"),
    db.text("reason"),
    *db.newest_of("bundle_id", "approved"),
)

# Everybody who was ever given a bundle to verify, in the order in which it happened.
verifier_seat = db.table(
    "verifier_seat",
    db.key("seat_id"),
    db.uuid("bundle_id"),
    # Counted from 1; another one follows when a verifier declines or is found not to be free.
    db.count("attempt"),
    db.uuid("verifier_id"),
    db.text("how"),
    db.moment("seated_at"),
    UniqueConstraint("bundle_id", "attempt"),
    db.one_of("how", *WAYS),
)

# Who would not verify a bundle, and why; it is not asked again.
verifier_refusal = db.table(
    "verifier_refusal",
    *db.keys("bundle_id", "verifier_id"),
    db.text("reason"),
    db.moment("declined_at"),
)

# A seat that ended before the seal and was not declined: its days were over, or it was not free.
seat_end = db.table(
    "seat_end",
    db.key("bundle_id"),
    db.number_key("attempt"),
    db.uuid("verifier_id"),
    db.text("why"),
    db.moment("ended_at"),
    db.one_of("why", *SEAT_ENDS),
)


def _found() -> Iterator[Column[Any]]:
    """What a verifier found for a reduction that was drawn; null: nothing yet."""
    yield db.whole("found_mg", nullable=True)
    yield from db.texts("finding", "note", nullable=True)
    yield db.moment("found_at", nullable=True)


# What a verifier had drawn and found when its seat ended; the next one draws and finds anew.
earlier_sample = db.table(
    "earlier_sample",
    db.key("bundle_id"),
    db.number_key("attempt"),
    db.key("action_id"),
    db.whole("saved_mg"),
    db.count("stratum"),
    *_found(),
)

bundle_sample = db.table(
    "bundle_sample",
    *db.keys("bundle_id", "action_id"),
    db.uuid("participant_id"),
    db.whole("saved_mg"),
    db.count("stratum", at_first="0"),
    *_found(),
)

# Who signed what: sealing, issuing and reversing need two people of two roles.
signature = db.table(
    "signature",
    db.text_key("subject_kind"),
    db.key("subject_id"),
    *db.text_keys("verb", "role"),
    db.uuid("user_id"),
    db.moment("signed_at"),
    db.closed_days("signature", "signed_at"),
)
