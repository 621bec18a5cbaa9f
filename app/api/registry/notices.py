"""What holders are told of the bundles behind their units."""

from __future__ import annotations

from flask import Response
from marshmallow import Schema, fields as plain

from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import asking_organisation, wiring
from app.http.fields import AS_KG, Moment, moment
from app.http.languages import preferred_language
from app.http.once import once
from app.http.pages import OfAPage, WantedPage, read_page
from app.ids import parse, public
from app.shown.covers import notice_sentences
from app.usecases.registry.acknowledge_notice import acknowledge_notice
from app.usecases.registry.read_notices import read_notices
from behaviours.json_value import JsonObject
from behaviours.rules.units import kg
from rewards.registry.holder_notice import KINDS, HolderNotice

blueprint = Blueprint("notices", __name__, description="What holders of units are told.")


class NoticeFilter(OfAPage):
    """Which notices."""

    acknowledged = plain.Boolean(
        truthy={"true"},
        falsy={"false"},
        metadata={"description": "Those that were acknowledged, or those that were not."},
    )


class SentNoticeFilter(WantedPage, total=False):
    """As ``NoticeFilter`` loads it."""

    acknowledged: bool


class NoticeAnswer(Schema):
    """What became of the bundle behind units that the caller holds, used or bought."""

    id = plain.String(metadata={"example": "ntc_0199b2c3d4e57f0080000000000000aa"})
    bundle_id = plain.String()
    kind = plain.String(metadata={"enum": list(KINDS)})
    reversed_kg = plain.String(metadata=AS_KG)
    made_good_kg = plain.String(metadata=AS_KG)
    posting_id = plain.String(allow_none=True, metadata={"description": "What made it good."})
    shortfall_kg = plain.String(metadata={**AS_KG, "description": "Of the bundle, at that moment."})
    written_at = Moment()
    acknowledged_at = Moment(allow_none=True)
    sentences = plain.List(plain.String(), metadata={"description": "The same in words."})


@blueprint.route("/v1/notices")
@allow("enterprise")
@blueprint.lists(NoticeAnswer, "NoticePage", narrowed_by=NoticeFilter)
def list_notices(asked: SentNoticeFilter) -> Response:
    """What the caller was told of the bundles behind its units, newest first.

    Also of units that it retired or sold on: their certificates and buyers rest on them.
    """
    return read_page(
        _notice_answer,
        read_notices,
        caller().viewer,
        acknowledged=asked.get("acknowledged"),
    )


@blueprint.route("/v1/notices/<notice_id>/acknowledge", methods=["POST"])
@allow("enterprise", step="notice.acknowledge")
@blueprint.response(200, NoticeAnswer)
def acknowledge_one_notice(notice_id: str) -> Response:
    """Say that a notice was read; once more changes nothing."""
    return once(_notice_answer, required=False)(
        acknowledge_notice,
        parse("ntc", notice_id),
        organisation_id=asking_organisation(),
        acknowledged_by=caller().user_id,
        clock=wiring().clock,
    )


def _notice_answer(notice: HolderNotice) -> JsonObject:
    posting_id, acknowledged_at = notice.posting_id, notice.acknowledged_at
    return {
        "id": public("ntc", notice.notice_id),
        "bundle_id": public("bdl", notice.bundle_id),
        "kind": notice.kind,
        "reversed_kg": kg(notice.reversed_mg),
        "made_good_kg": kg(notice.covered_mg),
        "posting_id": public("pst", posting_id) if posting_id else None,
        "shortfall_kg": kg(notice.shortfall_mg),
        "written_at": moment(notice.written_at),
        "acknowledged_at": moment(acknowledged_at) if acknowledged_at else None,
        "sentences": notice_sentences(notice, preferred_language()),
    }
