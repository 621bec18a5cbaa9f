"""Of which kind each table is: what the schedule takes away, or why all of it is kept for ever.

A table that stands under several kinds has rows of each. What names a person in a table that is
kept for ever is a keyed digest, an id that means nothing without the account, or sealed under the
data key of its person: it says nothing to anybody once the person has left.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.store.retention.due_rows import ROWS
from behaviours.retention import ACCOUNT, BOOKS, OFFICE, PUBLISHED, RECORD, WORKING

_FOR_EVER: Final[Mapping[str, tuple[str, ...]]] = {
    # The three books and the registry, and what a reduction was computed from: longer than the ten
    # years after the last issuance that measured data is owed, because every proof rests on it.
    BOOKS: (
        *(
            "action",
            "reversal",
            "kept_claim",
            "claim_key",
            "declared_claim",
            "claim_waiting",
            "exclusion_claim",
            "rule_limit",
        ),
        "household_share",
        *("meter", "meter_interval", "person_interval", "installation_action"),
        *("budget", "budget_addition", "budget_cover", "budget_posting", "budget_slot"),
        "points_adjustment",
        *("points_bonus", "points_expiry_notice"),
        *("points_account", "points_cap", "points_lot", "points_lot_use", "points_transfer"),
        *("reduction_account", "offer", "offer_stock", "offer_taken", "redemption"),
        *("voucher_code", "offer_day", "offer_store", "counted_redemption"),
        *("offer_paper", "redemption_receipt"),
        *("redemption_reversal", "till_request", "business_key", "money_posting"),
        *("merchant_statement", "merchant_payout", "till_closing"),
        *("proceeds_distribution", "proceeds_trade", "proceeds_share"),
        *(
            "bundle",
            "bundle_chunk",
            "bundle_count",
            "bundle_counting",
            "bundle_entry",
            "bundle_population",
            "capped_reduction",
            "carbon_posting",
            "mandate_count",
        ),
        *("unit_block", "unit_transfer", "retirement", "retirement_block", "serial_counter"),
        *("cover", "cover_block", "replacement", "replacement_withdrawal", "listing", "trade"),
        *("auction", "auction_terms", "auction_bid", "auction_award"),
        *("negotiation", "negotiation_round"),
        *("exchange_lot", "exchange_settlement", "exchange_settlement_line", "exchange_trade"),
        *("holder_notice", "notice_acknowledgement"),
    ),
    # What was decided, by whom: signed, anchored, or what a decision rests on.
    RECORD: (
        *(
            "reversal_signature",
            "signature",
            "proposal",
            "gate_approval",
            "earlier_sample",
            "seat_end",
        ),
        *("independence_declaration", "verification_step", "verifier_approval"),
        *("verifier_pool_step", "verifier_refusal", "verifier_seat", "bundle_sample"),
        *("hold_outcome", "quota_alarm", "methodology_step", "methodology_withdrawal"),
        *("user_step", "identity_change_end", "complaint", "complaint_number", "shadow_run"),
        *("household", "household_version"),
        *("moved_action", "moved_record", "taken_record"),
        *("declared_elsewhere", "declared_reduction", "scene_admission", "scene_step"),
        *("project", "project_design", "project_file", "project_notice", "project_proof"),
        *("project_decision", "project_meter", "project_parcel", "project_validation"),
        *("validation_finding", "validation_opinion", "validation_reply"),
        *("project_body", "project_issuance", "issuance_share", "owner_change"),
        "design_change",
        *("project_loss", "loss_part"),
        *("hand_over", "hand_over_package", "hand_over_block", "foreign_serial"),
        *("ex_ante", "ex_ante_row", "monitoring_period", "measurement", "calibration"),
        *("period_calculation", "period_report", "verification_finding", "finding_reply"),
        "verification_opinion",
        *("anchor", "log_entry", "retention_report", "sampling_secret", "task"),
        "registry_key",
    ),
    # As long as the account: its person's, closed and shredded when the person leaves.
    ACCOUNT: (
        *("participant", "identity", "person_key", "enrolment", "consent", "contribution"),
        *("link", "linked_subject", "identity_change", "installation", "waiting_action"),
        *("guardianship", "guardian_change", "household_member", "asked_move"),
        *("action_hold", "hold_contest", "complaint_entry", "inherited_cap"),
        "complaint_file",
        *("inherited_leaving", "inherited_limit", "inherited_rule_limit"),
        "inherited_withdrawal",
        *("team", "team_member", "ranking_entry", "ranking_month", "ranking_name"),
        "personal_certificate",
    ),
    # Who takes part or acts for whom, for whoever reads later who did what.
    OFFICE: (
        *(
            "organisation",
            "organisation_application",
            "organisation_assessment",
            "organisation_document",
            "organisation_renewal",
            "organisation_paper",
            "organisation_step",
            "client",
            "mobile_app",
            "app_user",
            "second_factor",
        ),
        *("staff_area", "cashier_terms"),
        *(
            "recovery_code",
            "identity_provider",
            "identity_service",
            "origin",
            "issuer",
            "issuer_admission",
            "issuer_numbers",
            "client_secret",
            "openid_identity",
            "openid_provider",
            "webhook_endpoint",
        ),
    ),
    # Counts by region and month name nobody; small ones are told to nobody.
    PUBLISHED: (
        *("published_text", "programme_document", "methodology_version"),
        *("region_month", "counted_day"),
        *("calendar_year", "emitter_boundary", "store_statement", "series_value"),
        "points_policy",
    ),
    # A row or a few that the installation works with; they do not grow.
    WORKING: ("closed_book", "data_step", "methodology_epoch", "webhook_pending"),
}


def _kinds() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for kind, rows in ROWS.items():
        for each in rows:
            for table in each.tables:
                found[table] = (*found.get(table, ()), kind)
    for reason, tables in _FOR_EVER.items():
        for table in tables:
            found[table] = (*found.get(table, ()), reason)
    return found


# By table: the kinds of its rows, and reasons for which the rest stays.
KINDS_OF: Final[Mapping[str, tuple[str, ...]]] = _kinds()
