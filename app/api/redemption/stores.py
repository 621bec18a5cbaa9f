"""Routes of stores: where merchants take points, from which day on, and as files of a register."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final, NotRequired, TypedDict
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields as plain

from app.auth import allow, allow_public, caller
from app.http.blueprint import Blueprint
from app.http.current import asking_organisation, now, wiring
from app.http.fields import Day, Line, Moment, PublicId, Region, Strict, moment
from app.http.once import once
from app.http.pages import OfAPage, WantedPage, read_page
from app.http.registers import Register, Shown, at_row, exported, sent_rows, take_rows, takes_file
from app.http.validators import Count
from app.ids import public
from app.usecases.redemption.read_open_stores import read_open_stores
from app.usecases.redemption.read_own_stores import read_own_stores
from app.usecases.redemption.state_stores import state_stores
from app.wiring import Wiring
from behaviours.civil_time import civil_day
from behaviours.json_value import JsonObject
from behaviours.refusal import Refusal
from rewards.redemption.stores import MERCHANT, MerchantStore, StatedStore

blueprint = Blueprint("stores", __name__, description="Where merchants take points.")
MOST_AT_ONCE: Final = 500


class StoreBody(Strict):
    """A store, as it is from a day on."""

    store_id = Line(
        required=True,
        most=64,
        metadata={"example": "store-12", "description": "The number that its tills send."},
    )
    name = Line(required=True, most=100, metadata={"example": "湖滨店"})
    address = Line(required=True, most=200, metadata={"example": "杭州市上城区湖滨路 1 号"})
    region = Region(required=True, metadata={"example": "CN-330100"})
    hours = Line(most=100, metadata={"example": "09:00-21:00"})
    phone = Line(most=32, metadata={"example": "0571-00000000"})
    open = plain.Boolean(
        load_default=True,
        truthy={True},
        falsy={False},
        metadata={"description": "False: nothing is handed over there from then on."},
    )
    from_ = Day(data_key="from", metadata={"description": "Its first day; today when left out."})


class SentStore(TypedDict):
    """As ``StoreBody`` loads it."""

    store_id: str
    name: str
    address: str
    region: str
    hours: NotRequired[str]
    phone: NotRequired[str]
    open: bool
    from_: NotRequired[date]


class StoresBody(Strict):
    """Up to 500 stores; all are kept, or none."""

    stores = plain.List(
        plain.Nested(StoreBody), required=True, validate=Count(min=1, max=MOST_AT_ONCE)
    )


class SentStores(TypedDict):
    """As ``StoresBody`` loads it."""

    stores: list[SentStore]


class StoreRow(StoreBody):
    """A store as a row of a file."""

    merchant_id = PublicId("org", metadata={"description": "A merchant may leave out its own."})


class SentStoreRow(SentStore):
    """As ``StoreRow`` loads it."""

    merchant_id: NotRequired[UUID]


class StoreFilter(OfAPage):
    """Which stores."""

    merchant_id = PublicId("org")
    region = Region(metadata={"description": "A province, with its cities, or a city."})


class WantedStores(WantedPage, total=False):
    """As ``StoreFilter`` loads it."""

    merchant_id: UUID
    region: str


class StoreAnswer(Schema):
    """A store as it was stated."""

    id = plain.String(metadata={"example": "sto_0199b2c3d4e57f0080000000000000aa"})
    merchant_id = plain.String()
    store_id = plain.String()
    name = plain.String()
    address = plain.String()
    region = plain.String()
    hours = plain.String(allow_none=True)
    phone = plain.String(allow_none=True)
    open = plain.Boolean()
    from_ = plain.String(data_key="from")
    stated_at = Moment()


class StatedStoresAnswer(Schema):
    """What stands of each store, in the order in which they were sent."""

    data = plain.List(plain.Nested(StoreAnswer))


STORES = Register("stores", StoreRow(), frozenset({"id", "stated_at"}))
COLUMNS: Final = (
    *("id", "merchant_id", "store_id", "name", "address", "region", "hours", "phone", "open"),
    *("from", "stated_at"),
)
EXAMPLE_FILE: Final = (
    "store_id,name,address,region,hours,phone\n"
    "store-12,湖滨店,杭州市上城区湖滨路 1 号,CN-330100,09:00-21:00,0571-00000000\n"
)
# Read at once of the register that is sent as a file.
ROWS: Final = 500


@blueprint.route("/v1/stores", methods=["GET"])
@allow_public
@blueprint.lists(StoreAnswer, "StoreList", narrowed_by=StoreFilter)
def list_open_stores(wanted: WantedStores) -> Response:
    """Where points are taken today: the open stores of merchants that take part."""
    return read_page(
        store_answer,
        read_open_stores,
        on=civil_day(now(), wiring().zone),
        merchant_id=wanted.get("merchant_id"),
        region=wanted.get("region"),
    )


@blueprint.route("/v1/merchant/stores", methods=["GET"])
@allow(MERCHANT)
@blueprint.lists(StoreAnswer, "OwnStoreList")
def list_own_stores() -> Response:
    """Everything that you stated of your stores, newest first: of each its whole history."""
    return read_page(store_answer, read_own_stores, asking_organisation())


@blueprint.route("/v1/merchant/stores", methods=["POST"])
@allow(MERCHANT, step="store.state")
@blueprint.arguments(StoresBody)
@blueprint.response(201, StatedStoresAnswer)
def state_own_stores(body: SentStores) -> Response:
    """State stores, all of them or none; a change holds from its first day on.

    What says the same already is left as it is. What was said before holds for the days before.
    """
    own = asking_organisation()
    return once(_answered, status=201, required=False)(
        state_stores,
        [said_of({**each, "merchant_id": own}) for each in body["stores"]],
        only=own,
        by=caller().user_id,
        zone=wiring().zone,
        clock=wiring().clock,
    )


@exported(blueprint, STORES, "The open stores", to=allow_public)
def export_stores(parts: Wiring) -> Shown:
    """Where points are taken today, in a file that `import` takes in again."""
    return _rows(parts), list(COLUMNS)


@blueprint.route("/v1/stores/import", methods=["POST"])
@allow("operator", MERCHANT, step="store.import")
@takes_file(blueprint, STORES, EXAMPLE_FILE)
def import_stores() -> Response:
    """State the stores of a file, all or none: a merchant its own, an operator those of any."""
    own = asking_organisation() if caller().role == MERCHANT else None
    try:
        return take_rows(
            state_stores,
            [said_of(each, own) for each in sent_rows(STORES)],
            only=own,
            by=caller().user_id,
            zone=wiring().zone,
            clock=wiring().clock,
        )
    except Refusal as refusal:
        raise at_row(refusal, "stores") from None


def said_of(sent: SentStoreRow, own: UUID | None = None) -> MerchantStore:
    """What a body, or a row of a file, says of a store."""
    merchant_id = sent.get("merchant_id", own)
    return MerchantStore(
        merchant_id or UUID(int=0),
        sent["store_id"],
        sent["name"],
        sent["address"],
        sent["region"],
        sent.get("hours"),
        sent.get("phone"),
        sent["open"],
        sent.get("from_"),
    )


def store_answer(stated: StatedStore) -> JsonObject:
    """A store as it was stated."""
    said = stated.said
    return {
        "id": public("sto", stated.statement_id),
        "merchant_id": public("org", said.merchant_id),
        "store_id": said.store_no,
        "name": said.name,
        "address": said.address,
        "region": said.region,
        "hours": said.hours,
        "phone": said.phone,
        "open": said.is_open,
        "from": stated.since.isoformat(),
        "stated_at": moment(stated.stated_at),
    }


def _answered(stand: list[StatedStore]) -> JsonObject:
    return {"data": [store_answer(each) for each in stand]}


def _rows(parts: Wiring) -> Iterator[JsonObject]:
    on, before = civil_day(parts.clock.now(), parts.zone), None
    while page := parts.database.transact(read_open_stores, on=on, before=before, most=ROWS):
        yield from map(store_answer, page)
        before = page[-1].statement_id
