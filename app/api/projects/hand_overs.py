"""Handing an issue over to a national registry or an exchange: the package of its documents."""

from __future__ import annotations

from typing import Final

from flask import Response

from app.api.projects.cadtrust_context import cadtrust_context
from app.api.projects.hand_over_bodies import (
    PreparedHandOverBody,
    ReceiverAnswerBody,
    ReceiverAsked,
    SentReceiver,
    SentReceiverAnswer,
    SentUnlockedHandOver,
    SignedHandOverAnswer,
    UnlockedHandOverBody,
    receiver_answer,
)
from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import by_caller, wiring
from app.http.numbered import Numbered, SentNumber
from app.http.once import once, step_of
from app.http.pages import read_one
from app.http.signing import kept_when_signed, with_awaited
from app.ids import parse, public
from app.shown.hand_over import hand_over_package
from app.shown.hand_overs import (
    HandOverAnswer,
    HandOversAnswer,
    hand_over_answer,
    hand_overs_answer,
)
from app.usecases.projects.answer_hand_over import answer_hand_over
from app.usecases.projects.deliver_hand_over import deliver_hand_over
from app.usecases.projects.lock_hand_over import PackageMade, lock_hand_over
from app.usecases.projects.prepare_hand_over import prepare_hand_over
from app.usecases.projects.read_hand_over import HandedOver, read_hand_over
from app.usecases.projects.read_hand_overs import read_hand_overs
from app.usecases.projects.read_package import read_package
from app.usecases.projects.unlock_hand_over import unlock_hand_over
from behaviours.credit_codes import read_credit_code
from rewards.registry.hand_over import Receiver
from rewards.registry.handing_over import ACCEPT, DELIVER, LOCK, STEPS, UNLOCK, HandOver

_OF_PERIOD: Final = "/v1/monitoring-periods/<period_id>"
_SEEING: Final = ("enterprise", "operator", "authority")
blueprint = Blueprint("hand_overs", __name__, description="Handing issues over.")


_step = step_of("mpd", hand_over_answer)


@blueprint.route(f"{_OF_PERIOD}/hand-over.zip")
@allow(*_SEEING)
@blueprint.arguments(ReceiverAsked, location="query")
@blueprint.response(200, description="The package", content_type="application/zip")
def read_hand_over_package(asked: SentReceiver, period_id: str) -> Response:
    """The package of an issued period as a registry or an exchange would be given it, as a zip.

    `manifest.json` names every file with its size and SHA-256, the serials and the whole tonnes,
    and is signed as certificates are: by the keys of /v1/registry/keys. The package is the same
    byte for byte while the books say the same. It is refused once some of the units were sold,
    listed, retired or suspended. Its `hand_over` is null: what is delivered is locked first, and
    names the hand-over.
    """
    receiver = _receiver(asked)
    handed = wiring().database.transact(read_hand_over, parse("mpd", period_id), by=caller().viewer)
    made = _packed(handed, receiver, None)
    return _zip(made.content, public("mpd", handed.period.period_id))


@blueprint.route(f"{_OF_PERIOD}/hand-overs")
@allow(*_SEEING)
@blueprint.response(200, HandOversAnswer)
def list_hand_overs(period_id: str) -> Response:
    """The hand-overs of a period, in order, each with what the receiver calls its serials."""
    viewer = caller().viewer
    return read_one(hand_overs_answer, read_hand_overs, parse("mpd", period_id), by=viewer)


@blueprint.route(f"{_OF_PERIOD}/hand-overs", methods=["POST"])
@allow(*_SEEING, step="monitoring_period.prepare_hand_over")
@blueprint.arguments(PreparedHandOverBody)
@blueprint.response(201, HandOverAnswer)
def prepare_hand_over_of_period(body: SentReceiver, period_id: str) -> Response:
    """Prepare that a whole issue is handed over; its units stay as they are until two lock it."""
    return once(hand_over_answer, status=201, required=False)(
        prepare_hand_over, parse("mpd", period_id), _receiver(body), **by_caller()
    )


@blueprint.route(f"{_OF_PERIOD}/hand-over/lock", methods=["POST"])
@allow(*STEPS[LOCK].by, step="monitoring_period.lock_hand_over")
@blueprint.arguments(Numbered, keyed=True)
@blueprint.signed(200, SignedHandOverAnswer)
def lock_hand_over_of_period(body: SentNumber, period_id: str) -> Response:
    """Sign a hand-over; with the second signature its package is made, and no unit of it moves.

    Both sign the same manifest: what changed between the two is signed anew.
    """

    def pack(handed: HandedOver, one: HandOver) -> PackageMade:
        return _packed(handed, one.receiver, one.name)

    return once(with_awaited(hand_over_answer), status=kept_when_signed)(
        lock_hand_over, parse("mpd", period_id), body["number"], pack=pack, **by_caller()
    )


@blueprint.route(f"{_OF_PERIOD}/hand-over/deliver", methods=["POST"])
@allow(*STEPS[DELIVER].by, step="monitoring_period.deliver_hand_over")
@blueprint.arguments(Numbered)
@blueprint.response(200, HandOverAnswer)
def deliver_hand_over_of_period(body: SentNumber, period_id: str) -> Response:
    """State that the locked package is delivered: from now on it can be read, and only the
    receiver's answer ends it."""
    return _step(deliver_hand_over, period_id, body["number"], **by_caller())


@blueprint.route(f"{_OF_PERIOD}/hand-over/unlock", methods=["POST"])
@allow(*STEPS[UNLOCK].by, step="monitoring_period.unlock_hand_over")
@blueprint.arguments(UnlockedHandOverBody)
@blueprint.response(200, HandOverAnswer)
def unlock_hand_over_of_period(body: SentUnlockedHandOver, period_id: str) -> Response:
    """Give up a hand-over that was not delivered, for a reason; its units are free again."""
    return _step(unlock_hand_over, period_id, body["number"], body["reason"], **by_caller())


@blueprint.route(f"{_OF_PERIOD}/hand-over/answer", methods=["POST"])
@allow(*STEPS[ACCEPT].by, step="monitoring_period.answer_hand_over")
@blueprint.arguments(ReceiverAnswerBody, keyed=True)
@blueprint.signed(200, SignedHandOverAnswer)
def answer_hand_over_of_period(body: SentReceiverAnswer, period_id: str) -> Response:
    """Take the receiver's answer in; it takes effect with the second signature.

    It names the receiver's own number and the SHA-256 of the manifest.json that was delivered.
    `accept`: every unit is cancelled here, and `serials` says what each of our ranges is called
    there. `reject`: the units are free again, and `reason` is kept. The same answer once more
    changes nothing.
    """
    return once(with_awaited(hand_over_answer), status=kept_when_signed)(
        answer_hand_over,
        parse("mpd", period_id),
        body["number"],
        receiver_answer(body),
        **by_caller(),
    )


@blueprint.route(f"{_OF_PERIOD}/hand-over/package.zip")
@allow(*_SEEING)
@blueprint.response(200, description="The package", content_type="application/zip")
def read_locked_package(period_id: str) -> Response:
    """The package of the last hand-over, once it is delivered, byte for byte as it was locked."""
    identifier = parse("mpd", period_id)
    content = wiring().database.transact(read_package, identifier, by=caller().viewer)
    return _zip(content, public("mpd", identifier))


def _receiver(asked: SentReceiver) -> Receiver:
    code = read_credit_code(asked["beneficiary_code"], pointer="/beneficiary_code")
    return Receiver(asked["kind"], asked["name"], asked["account"], code)


def _packed(handed: HandedOver, receiver: Receiver, hand_over: str | None) -> PackageMade:
    return hand_over_package(
        handed,
        receiver,
        of=cadtrust_context(),
        programme=wiring().programme.name_zh,
        signing_key=wiring().settings.signing_key,
        hand_over=hand_over,
    )


def _zip(content: bytes, name: str) -> Response:
    return Response(
        content,
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="hand-over-{name}.zip"'},
    )
