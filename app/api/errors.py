"""Errors: every way of saying no leaves here as one shape, ``application/problem+json``.

``STATUS`` is the one place where a refusal of the domain meets HTTP; a test fails when a refusal
is missing here. Whatever is not foreseen is logged with the request's id and answered 500 without
a word about its inside.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import orjson
import structlog
from flask import Flask, Response, g
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, default_exceptions

from app.api import body, once, pages
from app.api.blueprint import ValidationFailed
from app.api.refusals import ClockStaysForward, NotReady
from app.auth import (
    RoleNotAllowed,
    TokenExpired,
    TokenInvalid,
    TokenMissing,
    TokenRevoked,
    TooManyRequests,
)
from app.store.faults import DATABASE_FAULTS
from app.store.ids import UnknownId
from app.usecases.access import refusals as access
from app.usecases.access.create_user import UsernameTaken
from app.usecases.access.register_identity_provider import IssuerTaken
from app.usecases.imports.files import UnreadableFile
from app.usecases.imports.find_provider import NotAProvider
from app.usecases.imports.mapping import BadMapping
from app.usecases.methodologies import refusals as rules
from app.usecases.people.enrol import IdentityEmpty
from app.usecases.people.entrust import PeriodBackwards, UnknownContributionMethodology
from app.usecases.people.give_consent import UnknownProvider
from app.usecases.people.scenes import ConsentInFuture, UnknownScene
from app.usecases.recording import refusals as recording
from behaviours import document, factors, judgement, rulebook, uniqueness
from behaviours.formula_functions import CannotCalculate, NoTableRow, NotEligible
from behaviours.methodology import MethodologyIncomplete
from behaviours.refusal import Refusal
from behaviours.verification import InvalidPlan
from rewards.market import refusals as market
from rewards.points.earning import NoPolicyInForce
from rewards.points.lots import NotEnoughPoints
from rewards.redemption import refusals as till
from rewards.redemption.code_use import CodeUsed

STATUS: dict[type[Refusal], int] = {
    # The request as such
    body.BrokenJson: 400,
    body.DuplicateMember: 400,
    body.WrongMediaType: 415,
    body.UnstorableText: 422,
    ValidationFailed: 422,
    once.IdempotencyKeyMissing: 400,
    once.IdempotencyKeyMalformed: 400,
    once.IdempotencyKeyInUse: 409,
    once.IdempotencyKeyReused: 422,
    pages.BadCursor: 400,
    UnknownId: 404,
    ClockStaysForward: 422,
    NotReady: 503,
    # Who is asking
    TokenMissing: 401,
    TokenInvalid: 401,
    TokenExpired: 401,
    TokenRevoked: 401,
    RoleNotAllowed: 403,
    TooManyRequests: 429,
    UsernameTaken: 409,
    IssuerTaken: 409,
    access.InvalidClient: 401,
    access.InvalidGrant: 400,
    access.UnsupportedGrantType: 400,
    access.TooManyAttempts: 429,
    # People
    IdentityEmpty: 422,
    UnknownScene: 422,
    ConsentInFuture: 422,
    UnknownProvider: 404,
    UnknownContributionMethodology: 422,
    PeriodBackwards: 422,
    # Deeds
    recording.UnknownParticipant: 404,
    recording.ParticipantClosed: 409,
    recording.ConsentMissing: 403,
    recording.ConsentWithdrawn: 403,
    recording.DuplicateAction: 409,
    recording.AlreadyReversed: 409,
    recording.TooManyActions: 422,
    uniqueness.DuplicateClaim: 409,
    uniqueness.OverlappingRide: 409,
    uniqueness.OverlappingMeterInterval: 409,
    uniqueness.ExcludedByOtherBehaviour: 409,
    rulebook.UnknownBehaviour: 422,
    rulebook.NoRuleInForce: 422,
    rulebook.RegionNotCovered: 422,
    rulebook.UnknownMethodology: 404,
    document.DocumentError: 422,
    factors.UnknownRegion: 422,
    factors.NoFactorForArea: 422,
    factors.NoFactorForYear: 422,
    judgement.NaiveTime: 422,
    judgement.InTheFuture: 422,
    judgement.ClaimWindowClosed: 422,
    judgement.ClaimWindowNotOpen: 422,
    judgement.ClaimNotDelegated: 403,
    judgement.InvalidInterval: 422,
    judgement.InvalidQuantity: 422,
    judgement.InvalidEvidence: 422,
    CannotCalculate: 422,
    NoTableRow: 422,
    NotEligible: 422,
    MethodologyIncomplete: 422,
    # The life of a rule
    rules.VersionExists: 409,
    rules.NotAText: 422,
    rules.AnotherMethodology: 422,
    rules.LifecycleConflict: 409,
    rules.DraftChanged: 412,
    rules.UnknownApplicant: 422,
    rules.DigestDiffers: 422,
    rules.ConflictOfInterest: 409,
    rules.StartsInThePast: 422,
    rules.StartsTogether: 409,
    rules.AlreadyWithdrawn: 409,
    rules.WithdrawnTooEarly: 422,
    rules.MethodologyWithdrawn: 422,
    rules.BadShadowPeriod: 422,
    rules.ReportNotReady: 409,
    # Files
    BadMapping: 422,
    NotAProvider: 404,
    UnreadableFile: 422,
    # Points and the till
    NotEnoughPoints: 409,
    NoPolicyInForce: 422,
    till.UnknownCode: 404,
    till.CodeExpired: 410,
    CodeUsed: 409,
    till.CodeForAnotherOffer: 409,
    till.OfferNotOnSale: 409,
    till.OutOfStock: 409,
    till.PersonLimitReached: 409,
    till.RequestNumberReused: 422,
    till.ReversalWindowOver: 409,
    till.NothingToReverse: 409,
    till.RedemptionNotHeld: 409,
    till.OfferNotDraft: 409,
    till.OfferDatesWrong: 422,
    till.OfferChanged: 412,
    till.BillNotReady: 409,
    # The market
    market.BundleStateConflict: 409,
    market.BadBundlePeriod: 422,
    market.UnknownBundleMethodology: 422,
    market.NothingSelected: 409,
    market.UnknownUnitClass: 422,
    market.UseNotPermitted: 422,
    market.VerifierNotIndependent: 409,
    market.UnknownVerifier: 422,
    InvalidPlan: 422,
    market.NotInSample: 422,
    market.SampleIncomplete: 409,
    market.NoticeRunning: 409,
    market.SamePersonTwice: 409,
    market.AlreadyApproved: 409,
    market.BlockNotAvailable: 409,
    market.AlreadyRetired: 409,
    market.NotEnoughUnits: 409,
    market.ListingClosed: 409,
    market.BuyerIsSeller: 409,
    market.UnknownReceiver: 422,
    market.TradeStateConflict: 409,
    market.PayWindowOver: 410,
    market.NotInSealedBundle: 404,
    market.BadSerial: 422,
}

# What the layers below the doors say by a status alone.
HTTP_CODES: dict[int, tuple[str, str]] = {
    400: ("BAD_REQUEST", "The request cannot be read. Check its form against /docs."),
    401: ("TOKEN_MISSING", "Send `Authorization: Bearer <access_token>`."),
    403: ("FORBIDDEN", "This is not for the caller."),
    404: ("NOT_FOUND", "There is nothing here. Check the path against /docs."),
    405: ("METHOD_NOT_ALLOWED", "This path does not answer this method; see the Allow header."),
    413: ("BODY_TOO_LARGE", "The body is too large. Send less at once."),
    415: ("UNSUPPORTED_MEDIA_TYPE", "Send the body as JSON."),
    429: ("TOO_MANY_REQUESTS", "Too many requests. Wait as long as Retry-After says."),
    500: ("INTERNAL_ERROR", "Something broke here. Tell us the request_id; nothing was kept."),
    503: ("UNAVAILABLE", "A part of the service cannot be reached just now. Try again shortly."),
}

_log = structlog.get_logger("tanpuhui.errors")


def status_of(refusal: Refusal | type[Refusal]) -> int:
    """The HTTP status of a refusal; that of its nearest ancestor in the table."""
    kind = refusal if isinstance(refusal, type) else type(refusal)
    for each in kind.__mro__:
        if each in STATUS:
            return STATUS[each]
    raise AssertionError(f"{kind.__name__} is not in app.api.errors.STATUS")


def problem_of(refusal: Refusal, *, under: str = "") -> dict[str, Any]:
    """The problem document of a refusal; ``under`` is a pointer put before its own."""
    if isinstance(refusal, ValidationFailed):
        errors = [{**each, "pointer": under + each["pointer"]} for each in refusal.errors]
    elif refusal.pointer or under:
        errors = [
            {
                "pointer": under + refusal.pointer,
                "code": refusal.code,
                "detail": refusal.message,
            }
        ]
    else:
        errors = []
    document = problem(status_of(refusal), refusal.code, refusal.message, errors)
    if refusal.details:
        document["details"] = dict(refusal.details)
    return document


def problem(
    status: int, code: str, detail: str, errors: list[dict[str, str]] | None = None
) -> dict[str, Any]:
    """A problem document (RFC 9457) of this request."""
    return {
        "type": f"/docs/errors/{code}",
        "title": title(code),
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": g.get("request_id", ""),
        "errors": errors or [],
    }


def title(code: str) -> str:
    """``TOKEN_EXPIRED`` as "Token expired"."""
    return code.replace("_", " ").capitalize()


def answer(document: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    """A problem document as the answer to this request."""
    g.problem_code = document["code"]
    return Response(
        # A refusal may carry ids and times in its details.
        orjson.dumps(document, default=str, option=orjson.OPT_UTC_Z),
        status=document["status"],
        headers=headers,
        content_type="application/problem+json",
    )


def install(app: Flask) -> None:
    """Let every error of ``app`` leave as a problem document."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _http_error)
    for kind in default_exceptions.values():
        app.register_error_handler(kind, _http_error)
    for kind in DATABASE_FAULTS:
        app.register_error_handler(kind, _unreachable)
    app.register_error_handler(Exception, _broken)


def _refused(refusal: Refusal) -> Response:
    document = problem_of(refusal)
    headers = {}
    if document["status"] == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = _challenge(refusal)
    for name in ("retry_after_s",):
        if name in refusal.details:
            headers["Retry-After"] = str(refusal.details[name])
    # OAuth clients look for their own word.
    if hasattr(refusal, "oauth_error"):
        document["error"] = refusal.oauth_error
        document["error_description"] = refusal.message
    return answer(document, headers)


def _challenge(refusal: Refusal) -> str:
    if hasattr(refusal, "oauth_error"):
        return 'Basic realm="tanpuhui"'
    if isinstance(refusal, TokenMissing):
        return 'Bearer realm="tanpuhui"'
    return f'Bearer realm="tanpuhui", error="invalid_token", error_description="{refusal.code}"'


def _http_error(error: HTTPException) -> Any:
    status = error.code or 500
    if status < HTTPStatus.BAD_REQUEST:
        return error  # A redirection is no error.
    code, detail = HTTP_CODES.get(status, (HTTPStatus(status).name, error.description or ""))
    if isinstance(error, RequestEntityTooLarge):
        detail = (
            f"The body is larger than {body.LARGEST_BODY // 1024**2} MiB"
            f" ({body.LARGEST_BATCH_BODY // 1024**2} MiB for batches). Send less at once."
        )
    kept = {
        name: value
        for name, value in error.get_headers()
        if name.lower() in ("allow", "retry-after", "www-authenticate")
    }
    return answer(problem(status, code, detail), kept)


def _unreachable(error: Exception) -> Response:
    _log.error("database unreachable", request_id=g.get("request_id"), exc_info=error)
    code, detail = HTTP_CODES[503]
    return answer(problem(503, code, detail), {"Retry-After": "2"})


def _broken(error: Exception) -> Response:
    _log.error("broken", request_id=g.get("request_id"), exc_info=error)
    code, detail = HTTP_CODES[500]
    return answer(problem(500, code, detail))
