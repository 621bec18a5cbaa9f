"""Tables of which no row is ever changed or deleted: a correction is a row of its own.

The database refuses UPDATE, DELETE and TRUNCATE on them, whoever asks (a trigger for a statement,
which costs an INSERT nothing), and the application's role has no right to them in the first place.
"""

from typing import Final

APPEND_ONLY: Final = frozenset(
    {
        # The books, and what was recorded in them.
        "action",
        "moved_action",
        "moved_record",
        "taken_record",
        "kept_claim",
        "reversal",
        "reversal_signature",
        "points_transfer",
        "points_lot_use",
        "carbon_posting",
        "money_posting",
        "unit_transfer",
        "retirement",
        "retirement_block",
        "cover",
        "cover_block",
        "replacement",
        "replacement_withdrawal",
        "redemption_reversal",
        "till_request",
        "business_key",
        # What was signed, said, published or proved.
        "anchor",
        "asked_move",
        "calendar_year",
        "complaint_entry",
        "complaint_file",
        "complaint_number",
        "hold_contest",
        "hold_outcome",
        "quota_alarm",
        "bundle_chunk",
        "emitter_boundary",
        "store_statement",
        "series_value",
        "earlier_sample",
        "gate_approval",
        "guardian_change",
        "household_share",
        "holder_notice",
        "identity_change",
        "identity_change_end",
        "independence_declaration",
        "log_entry",
        "notice_acknowledgement",
        "methodology_step",
        "methodology_withdrawal",
        "organisation_assessment",
        "organisation_document",
        "organisation_renewal",
        "organisation_step",
        "programme_document",
        "scene_step",
        "seat_end",
        "signature",
        "user_step",
        "verifier_approval",
        "verifier_pool_step",
        "verifier_refusal",
        "verifier_seat",
    }
)
# Nothing changes these yet, and nothing is proved by them: rows of people and organisations that
# will be suspended, renewed or forgotten, rows that are locked by way of a change, the events, and
# which days are in a count that can be made again.
OPEN: Final = frozenset(
    {
        "counted_day",
        "enrolment",
        "event",
        "household",
        "inherited_cap",
        "inherited_leaving",
        "inherited_limit",
        "inherited_withdrawal",
        "installation_action",
        "issuer_admission",
        "meter",
        "verification_step",
    }
)
# Texts can be proposed anew until they are published; then they are final.
FINAL_ONCE_PUBLISHED: Final = frozenset({"published_text", "methodology_version"})
