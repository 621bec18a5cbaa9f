"""Of which things there are events: one table, and why of some things there are none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from behaviours.actions import declared, installation, waiting
from behaviours.actions.declared import RegisteredDeclaration
from behaviours.actions.installation import RegisteredInstallation
from behaviours.actions.waiting import Waiting
from behaviours.admission import STATES as APPLICATIONS, OrganisationApplication
from behaviours.apps import STATES as APPS, MobileApp
from behaviours.complaints import STATES as COMPLAINTS, Complaint
from behaviours.events import EventOf, types_of
from behaviours.exports.origins import RecordOrigin
from behaviours.identity_services import STATES as ADMITTED_BY_TWO, IdentityService
from behaviours.login_services import LoginService
from behaviours.openid_logins import OpenidLogin
from behaviours.openid_providers import STATES as OPENID_PROVIDERS, OpenidProvider
from behaviours.projects.design_change import STATES as DESIGN_CHANGES, DesignChange
from behaviours.projects.loss import STATES as LOSSES, Loss
from behaviours.projects.monitoring import STATES as PERIODS, MonitoringPeriod
from behaviours.projects.owner_change import STATES as OWNER_CHANGES, OwnerChange
from behaviours.projects.project import STATES as PROJECTS, Project
from behaviours.requests import PersonalRequest
from behaviours.rules.lifecycle import (
    PUBLISHED as RULES_PUBLISHED,
    STATES as RULES,
    MethodologyVersion,
)
from behaviours.scene_admission import STATES as SCENES, SceneAdmission
from behaviours.standing import STANDINGS, OrganisationStanding
from behaviours.users import STATES as USERS, User
from behaviours.webhooks import STATES as WEBHOOKS, WebhookEndpoint
from rewards.points.budget import STATES as BUDGETS, Budget
from rewards.points.budget_addition import STATES as ADDITIONS, BudgetAddition
from rewards.points.expiry_notice import STATES as EXPIRY_NOTICES, ExpiryNotice
from rewards.pooling.bundle import STATES as BUNDLES, Bundle
from rewards.redemption.closings import STATES as CLOSINGS, TillClosing
from rewards.redemption.merchant_statement import STATES as STATEMENTS, MerchantStatement
from rewards.redemption.offer import STATES as OFFERS, Offer
from rewards.redemption.redemption import STATES as REDEMPTIONS, Redemption
from rewards.registry.block import STATES as BLOCKS, Block
from rewards.registry.handing_over import STATES as HAND_OVERS, HandOver
from rewards.registry.retirement import Retirement
from rewards.trading.auction import STATES as AUCTIONS, Auction
from rewards.trading.exchange_settlement import STATES as SETTLEMENTS, ExchangeSettlement
from rewards.trading.listing import STATES as LISTINGS, Listing
from rewards.trading.negotiation import STATES as NEGOTIATIONS, Negotiation
from rewards.trading.trade import STATES as TRADES, Trade

_ORGANISATION: Final = ("organisation_id",)

EVENTS_OF: Final[Mapping[type, EventOf]] = {
    # Its provider stands with the action; the store looks it up.
    Waiting: EventOf("action", "act", "action_id", waiting.STATES),
    RegisteredInstallation: EventOf(
        "installation", "ins", "installation_id", installation.STATES,
        ("reporter_id", "holder.organisation_id"), state="installation.state",
    ),
    RegisteredDeclaration: EventOf(
        "declaration", "dec", "declaration_id", declared.STATES, ("said.organisation_id",)
    ),
    OrganisationApplication: EventOf(
        "application", "org", "organisation_id", APPLICATIONS, _ORGANISATION, "revision"
    ),
    OrganisationStanding: EventOf(
        "organisation", "org", "organisation_id", STANDINGS, _ORGANISATION, "revision"
    ),
    User: EventOf("user", "usr", "user_id", USERS, _ORGANISATION, "version"),
    MobileApp: EventOf("app", "app", "app_id", APPS, _ORGANISATION),
    SceneAdmission: EventOf(
        "scene_admission", "scn", "admission_id", SCENES, ("provider_id",), "revision"
    ),
    LoginService: EventOf(
        "login_service", "lgs", "login_service_id", ADMITTED_BY_TWO, _ORGANISATION
    ),
    IdentityService: EventOf(
        "identity_service", "ids", "service_id", ADMITTED_BY_TWO, ("terms.organisation_id",)
    ),
    OpenidProvider: EventOf(
        "openid_provider", "oip", "provider_id", OPENID_PROVIDERS, _ORGANISATION
    ),
    WebhookEndpoint: EventOf(
        "webhook", "whk", "endpoint_id", WEBHOOKS, _ORGANISATION, "revision"
    ),
    RecordOrigin: EventOf("origin", "ogn", "origin_id", ADMITTED_BY_TWO),
    MethodologyVersion: EventOf(
        "methodology", None, "label", RULES, version="revision", public=(RULES_PUBLISHED,)
    ),
    Complaint: EventOf("complaint", None, "number", COMPLAINTS, ("answerer.organisation_id",)),
    Project: EventOf("project", "prj", "project_id", PROJECTS, ("applicant_id", "validator_id")),
    # Its applicant stands with the project; the store looks it up.
    MonitoringPeriod: EventOf(
        "monitoring_period", "mpd", "period_id", PERIODS, ("verifier_id",)
    ),
    OwnerChange: EventOf(
        "owner_change", None, "name", OWNER_CHANGES, ("former_id", "next_id")
    ),
    # Its project's applicant, as above.
    DesignChange: EventOf("design_change", None, "name", DESIGN_CHANGES, ("validator_id",)),
    Loss: EventOf("project_loss", None, "name", LOSSES),
    HandOver: EventOf("hand_over", None, "name", HAND_OVERS, ("owner_id",)),
    Budget: EventOf("budget", "bgt", "budget_id", BUDGETS, ("said.sponsor_id",)),
    BudgetAddition: EventOf("budget_addition", None, "name", ADDITIONS, ("sponsor_id",)),
    # Whom the person is linked to; the store looks it up.
    ExpiryNotice: EventOf("points", None, "name", EXPIRY_NOTICES, state=None),
    Offer: EventOf("offer", "ofr", "offer_id", OFFERS, ("merchant_id",), "revision"),
    Redemption: EventOf("redemption", "rdm", "redemption_id", REDEMPTIONS, ("merchant_id",)),
    MerchantStatement: EventOf(
        "merchant_statement", "mst", "statement_id", STATEMENTS, ("merchant_id",)
    ),
    TillClosing: EventOf(
        "till_closing", "tcl", "closing_id", CLOSINGS, ("merchant_id",), state=None
    ),
    Bundle: EventOf("bundle", "bdl", "bundle_id", BUNDLES, ("verifier_id",)),
    Block: EventOf("block", "blk", "block_id", BLOCKS, ("owner_id",)),
    Listing: EventOf("listing", "lst", "listing_id", LISTINGS, ("seller_id",)),
    # The leader reads of it, and who led before.
    Auction: EventOf(
        "auction", "lst", "listing_id", AUCTIONS, ("seller_id", "leader_id", "former_id")
    ),
    Negotiation: EventOf(
        "negotiation", "ngt", "negotiation_id", NEGOTIATIONS, ("seller_id", "buyer_id")
    ),
    Trade: EventOf(
        "trade", "trd", "trade_id", TRADES, ("seller_id", "buyer_id", "exchange_id")
    ),
    ExchangeSettlement: EventOf(
        "exchange_settlement", "xst", "settlement_id", SETTLEMENTS, ("exchange_id",)
    ),
    Retirement: EventOf(
        "retirement", "ret", "retirement_id", ("made",), ("enterprise_id",), state=None
    ),
}  # fmt: skip
# Things with states of which nobody is told, each with its reason.
WITHOUT_EVENTS: Final[Mapping[type, str]] = {
    OpenidLogin: "A login under way: over in minutes, and named by a secret.",
    PersonalRequest: "What a person answers to whom is theirs; a consent given is read as such.",
}
EVENT_TYPES: Final = types_of(EVENTS_OF)
