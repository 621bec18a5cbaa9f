"""The factory: one Flask application from its wiring, with every route in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import orjson
from flask import Flask, Request, Response
from flask.json.provider import JSONProvider
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from werkzeug.middleware.proxy_fix import ProxyFix

from app import auth, tokens as access_tokens
from app.api.complaints import (
    complaints,
    files as complaint_files,
    months as complaint_months,
    without_account,
)
from app.api.engagement import badges, certificates, rankings, teams
from app.api.events import events
from app.api.log import log
from app.api.methodologies import (
    calculator,
    catalogue,
    lifecycle as methodologies,
    periods,
    series,
    shadow_runs,
    verifier,
)
from app.api.organisations import (
    admission,
    apps,
    clients,
    identity_providers,
    issuers,
    one_time_links,
    openid_providers,
    organisations,
    own_user,
    papers,
    proposals,
    recoveries,
    register_files,
    running_papers,
    sandbox,
    scene_register,
    scenes,
    standing,
    tokens,
    users,
)
from app.api.people import (
    consents,
    contributions,
    enrolment,
    homes,
    households,
    identity_changes,
    identity_services,
    links,
    me,
    moves,
    origins,
    own_enrolment,
    own_sessions,
    schemas,
    search,
    text_register,
    texts,
    wards,
)
from app.api.platform import calendars, clock, health, programme, retention, tasks
from app.api.points import adjustments, budget_additions, budgets, liability, points, policies
from app.api.pooling import (
    bundles,
    inclusion,
    replacements,
    signatures,
    verification,
    verifier_register,
    verifiers,
)
from app.api.projects import (
    design_changes,
    designs,
    ex_antes,
    hand_overs,
    losses,
    monitoring_periods,
    notices as project_notices,
    owner_changes,
    period_verifications,
    projects,
    proofs,
    public as public_projects,
    registrations,
    validations,
)
from app.api.recording import (
    actions,
    boundaries,
    declared,
    holds,
    imports,
    installations,
    my_actions,
    normal_forms,
    own_lists,
    provider,
    provider_days,
    quotas,
    reversals,
    sought_actions,
)
from app.api.redemption import (
    bills,
    closings,
    merchant_offers,
    merchant_statements,
    offers as mall,
    papers as offer_papers,
    pools,
    redemptions,
    staff,
    stopped_till,
    stores,
    till,
)
from app.api.registry import (
    affected,
    anchors,
    download,
    flow,
    footprints,
    leaves,
    notices,
    region_statistics,
    register_search,
    registry,
    units,
    verifications,
)
from app.api.trading import (
    auctions,
    exchange_lots,
    exchange_settlements,
    listings,
    negotiations,
    proceeds,
    programme_statement,
    statements,
    trades,
    waiting_trades,
)
from app.api.webhooks import deliveries, webhooks
from app.http import body, errors, openapi, queries, requests
from app.http.admission import Admission
from app.http.sandbox import install_sandbox
from app.sandbox_settings import sandbox_of
from app.settings import Settings
from app.web import problem_page
from app.web.every_page import PAGES
from app.wiring import Wiring, wire

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

# Every route of the platform, in the order of the documentation.
BLUEPRINTS = (
    tokens.blueprint,
    admission.blueprint,
    clients.blueprint,
    apps.blueprint,
    sandbox.blueprint,
    one_time_links.blueprint,
    own_user.blueprint,
    users.blueprint,
    papers.blueprint,
    projects.blueprint,
    project_notices.blueprint,
    validations.blueprint,
    registrations.blueprint,
    owner_changes.blueprint,
    design_changes.blueprint,
    losses.blueprint,
    public_projects.blueprint,
    proofs.blueprint,
    designs.blueprint,
    ex_antes.blueprint,
    monitoring_periods.blueprint,
    period_verifications.blueprint,
    hand_overs.blueprint,
    running_papers.blueprint,
    recoveries.blueprint,
    register_files.blueprint,
    scene_register.blueprint,
    openid_providers.blueprint,
    identity_providers.blueprint,
    identity_services.blueprint,
    own_enrolment.blueprint,
    schemas.blueprint,
    origins.blueprint,
    moves.blueprint,
    scenes.blueprint,
    enrolment.blueprint,
    actions.blueprint,
    declared.blueprint,
    boundaries.blueprint,
    normal_forms.blueprint,
    installations.blueprint,
    imports.blueprint,
    reversals.blueprint,
    provider_days.blueprint,
    holds.blueprint,
    complaints.blueprint,
    complaint_files.blueprint,
    without_account.blueprint,
    complaint_months.blueprint,
    text_register.blueprint,
    verifier_register.blueprint,
    calendars.blueprint,
    proposals.blueprint,
    quotas.blueprint,
    provider.blueprint,
    own_lists.blueprint,
    sought_actions.blueprint,
    me.blueprint,
    own_sessions.blueprint,
    wards.blueprint,
    my_actions.blueprint,
    consents.blueprint,
    links.blueprint,
    identity_changes.blueprint,
    search.blueprint,
    homes.blueprint,
    households.blueprint,
    badges.blueprint,
    teams.blueprint,
    rankings.blueprint,
    certificates.blueprint,
    texts.blueprint,
    contributions.blueprint,
    points.blueprint,
    budgets.blueprint,
    budget_additions.blueprint,
    liability.blueprint,
    adjustments.blueprint,
    policies.blueprint,
    redemptions.blueprint,
    catalogue.blueprint,
    calculator.blueprint,
    periods.blueprint,
    methodologies.blueprint,
    series.blueprint,
    shadow_runs.blueprint,
    verifier.blueprint,
    mall.blueprint,
    merchant_offers.blueprint,
    pools.blueprint,
    offer_papers.blueprint,
    stores.blueprint,
    till.blueprint,
    stopped_till.blueprint,
    bills.blueprint,
    closings.blueprint,
    merchant_statements.blueprint,
    staff.blueprint,
    organisations.blueprint,
    standing.blueprint,
    issuers.blueprint,
    bundles.blueprint,
    signatures.blueprint,
    replacements.blueprint,
    notices.blueprint,
    affected.blueprint,
    verification.blueprint,
    verifiers.blueprint,
    listings.blueprint,
    auctions.blueprint,
    negotiations.blueprint,
    exchange_lots.blueprint,
    exchange_settlements.blueprint,
    trades.blueprint,
    waiting_trades.blueprint,
    statements.blueprint,
    programme_statement.blueprint,
    proceeds.blueprint,
    units.blueprint,
    download.blueprint,
    footprints.blueprint,
    inclusion.blueprint,
    registry.blueprint,
    region_statistics.blueprint,
    flow.blueprint,
    register_search.blueprint,
    anchors.blueprint,
    leaves.blueprint,
    verifications.blueprint,
    programme.blueprint,
    events.blueprint,
    webhooks.blueprint,
    deliveries.blueprint,
    log.blueprint,
    tasks.blueprint,
    retention.blueprint,
    clock.blueprint,
    health.blueprint,
    *PAGES,
)


class OrjsonProvider(JSONProvider):
    """Writes answers with orjson, which is several times faster on long lists."""

    def dumps(self, obj: Any, **_options: Any) -> str:
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **_options: Any) -> Any:
        return orjson.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        value = self._prepare_response_obj(args, kwargs)
        return Response(orjson.dumps(value), content_type="application/json")


class SessionsOfPages(SecureCookieSessionInterface):
    """Pages may keep a cookie; the API is asked with a token each time, and reads none."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if request.path.startswith("/v1/"):
            return None
        return super().open_session(app, request)


class _Application(Flask):
    """Flask, which looks at every function before it calls it whether it is a coroutine."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func  # There is none here.


def create_app(wiring: Wiring) -> Flask:
    """The application of this process. Nothing is connected before the first request."""
    app = _Application("app", static_folder=None)
    app.json = OrjsonProvider(app)
    app.session_interface = SessionsOfPages()
    app.extensions[auth.EXTENSION] = wiring
    app.config.update(
        MAX_CONTENT_LENGTH=body.LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=body.LARGEST_BODY,
        SECRET_KEY=wiring.settings.secret_key,
        # A path has one spelling; /v1/me/ is not /v1/me.
        PROPAGATE_EXCEPTIONS=False,
        **openapi.CONFIG,
    )
    app.url_map.strict_slashes = True
    app.url_map.merge_slashes = False
    access_tokens.install(app, wiring)
    errors.install(app)
    problem_page.install(app)
    requests.configure_log()
    requests.install(app)
    queries.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    openapi.install(app)
    _surround(app, wiring.settings)
    sandbox_settings = sandbox_of(wiring.settings)
    if sandbox_settings is not None:
        parts = wire(sandbox_settings, patience=wiring.database.patience)
        install_sandbox(app, create_app(parts))
    return app


def _surround(app: Flask, settings: Settings) -> None:
    """Put around the application what comes before a request reaches it."""
    around: WSGIApplication = Admission(app.wsgi_app, settings.web_threads)
    if settings.trusted_proxies:
        # Only so many of the addresses in X-Forwarded-For were not written by the client.
        around = ProxyFix(around, x_for=settings.trusted_proxies, x_proto=0)
    app.wsgi_app = around  # type: ignore[assignment, method-assign]
