"""The lists of the registry as pages and as files: bundles, blocks, changes of hands, uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from flask import Response

from app.auth import allow_public
from app.http.current import now, wiring
from app.http.fields import moment
from app.http.languages import LANGUAGE
from app.http.pages import cursor_id, page
from app.messages.catalogues import text
from app.shown.units import block_answer, retirement_answer, transfer_answer
from app.shown.verifications import shown_verification
from app.usecases.pooling.read_verifications import read_verifications
from app.usecases.registry.read_registry_blocks import read_registry_blocks
from app.usecases.registry.read_retirements import read_retirements
from app.usecases.registry.read_transfers import read_transfers
from app.web.account.pages import language
from app.web.reading import Pages, reading_page
from app.web.registry.files import csv_file
from behaviours.json_value import JsonObject

blueprint = Pages("registry_lists", __name__, description="Lists of the registry to read.")

TEXT, MOMENT, STATE, ID, SERIAL = "text", "moment", "state", "id", "serial"


class ListCell(NamedTuple):
    """What stands in a cell, of which kind it is, and where it leads; empty: nowhere."""

    text: str
    kind: str = TEXT
    path: str = ""


class RegisterList(NamedTuple):
    """A list: how it is read and shown; ``cells`` makes of an answer what stands in its row."""

    title: str
    heads: Sequence[str]
    read: Callable[..., Sequence[Any]]
    show: Callable[[Any], JsonObject]
    cells: Callable[[Any], Sequence[ListCell]]
    # Which columns hold numbers.
    numbers: Sequence[int] = ()
    # Serials are printed with the programme's prefix.
    by_serial: bool = False


def id_cell(kind: str, key: str) -> ListCell:
    """An id that leads to its page."""
    return ListCell(key, ID, f"/registry/{kind}/{key}")


def serial_cell(serial: str) -> ListCell:
    return ListCell(serial, SERIAL, f"/registry/units?serial={quote(serial)}")


def _bundle(row: Any) -> Sequence[ListCell]:
    return [
        id_cell("bundles", row["id"]),
        ListCell(row["state"], STATE),
        ListCell(row["created_at"], MOMENT),
        ListCell(str(len(row["steps"]))),
    ]


def _block(row: Any) -> Sequence[ListCell]:
    return [
        serial_cell(row["serial"]),
        ListCell(row["quantity_t"]),
        ListCell(row["state"], STATE),
        ListCell(row["owner"] or "–"),
        id_cell("bundles", row["bundle_id"]),
        id_cell("blocks", row["id"]),
    ]


def _transfer(row: Any) -> Sequence[ListCell]:
    return [
        ListCell(row["transferred_at"], MOMENT),
        serial_cell(row["serial"]),
        ListCell(row["quantity_t"]),
        ListCell(row["sender"] or "–"),
        ListCell(row["receiver"]),
    ]


def _retirement(row: Any) -> Sequence[ListCell]:
    return [
        id_cell("retirements", row["id"]),
        ListCell(row["quantity_t"]),
        ListCell(row["enterprise"]),
        ListCell(row["beneficiary"]),
        ListCell(row["period"]),
        ListCell(row["retired_at"], MOMENT),
    ]


def _of_bundles(spoken: str) -> RegisterList:
    heads = [
        text("register:number", spoken),
        text("register:state", spoken),
        text("register:opened", spoken),
        text("register:steps", spoken),
    ]
    title = text("register:bundles", spoken)
    return RegisterList(title, heads, read_verifications, shown_verification, _bundle, (3,))


def _of_blocks(spoken: str) -> RegisterList:
    title = text("register:blocks", spoken)
    heads = [
        text("register:units", spoken),
        text("register:tonnes", spoken),
        text("register:state", spoken),
        text("register:holder", spoken),
        text("register:bundle", spoken),
        title,
    ]
    return RegisterList(
        title, heads, read_registry_blocks, block_answer, _block, (1,), by_serial=True
    )


def _of_transfers(spoken: str) -> RegisterList:
    heads = [
        text("register:moment", spoken),
        text("register:units", spoken),
        text("register:tonnes", spoken),
        text("register:from", spoken),
        text("register:to", spoken),
    ]
    title = text("register:transfers", spoken)
    return RegisterList(
        title, heads, read_transfers, transfer_answer, _transfer, (2,), by_serial=True
    )


def _of_retirements(spoken: str) -> RegisterList:
    heads = [
        text("register:certificate", spoken),
        text("register:tonnes", spoken),
        text("register:retired_by", spoken),
        text("register:beneficiary", spoken),
        text("register:period", spoken),
        text("register:retired_at", spoken),
    ]
    title = text("register:retirements", spoken)
    return RegisterList(title, heads, read_retirements, retirement_answer, _retirement, (1,))


_LISTS: Final[Mapping[str, Callable[[str], RegisterList]]] = {
    "bundles": _of_bundles,
    "blocks": _of_blocks,
    "transfers": _of_transfers,
    "retirements": _of_retirements,
}
# How many rows a file has at most; the download of the register has all of them.
MOST_IN_FILE: Final = 1_000


@blueprint.route("/registry/bundles")
@allow_public
@blueprint.paged
@blueprint.page
def read_bundles_page() -> Response:
    """Every bundle that was ever opened, also rejected ones, newest first."""
    return _page("bundles", "/v1/registry/verifications")


@blueprint.route("/registry/blocks")
@allow_public
@blueprint.paged
@blueprint.page
def read_blocks_page() -> Response:
    """Blocks of units as they stand, newest first."""
    return _page("blocks", "/v1/registry/blocks")


@blueprint.route("/registry/transfers")
@allow_public
@blueprint.paged
@blueprint.page
def read_transfers_page() -> Response:
    """Changes of hands, newest first."""
    return _page("transfers", "/v1/registry/transfers")


@blueprint.route("/registry/retirements")
@allow_public
@blueprint.paged
@blueprint.page
def read_retirements_page() -> Response:
    """Retirements, newest first."""
    return _page("retirements", "/v1/registry/retirements")


@blueprint.route("/registry/bundles.csv")
@allow_public
@blueprint.doc(parameters=[LANGUAGE])
@blueprint.response(200, content_type="text/csv", description="The rows of the list")
def bundles_file() -> Response:
    """Bundles as a file, the newest thousand."""
    return _file("bundles")


@blueprint.route("/registry/blocks.csv")
@allow_public
@blueprint.doc(parameters=[LANGUAGE])
@blueprint.response(200, content_type="text/csv", description="The rows of the list")
def blocks_file() -> Response:
    """Blocks as a file, the newest thousand."""
    return _file("blocks")


@blueprint.route("/registry/transfers.csv")
@allow_public
@blueprint.doc(parameters=[LANGUAGE])
@blueprint.response(200, content_type="text/csv", description="The rows of the list")
def transfers_file() -> Response:
    """Changes of hands as a file, the newest thousand."""
    return _file("transfers")


@blueprint.route("/registry/retirements.csv")
@allow_public
@blueprint.doc(parameters=[LANGUAGE])
@blueprint.response(200, content_type="text/csv", description="The rows of the list")
def retirements_file() -> Response:
    """Retirements as a file, the newest thousand."""
    return _file("retirements")


def _file(kind: str) -> Response:
    of = _LISTS[kind](language())
    rows = [of.cells(each) for each in _read(of, before=None, most=MOST_IN_FILE)]
    return csv_file(f"{kind}.csv", of.heads, [[cell.text for cell in row] for row in rows])


def _read(of: RegisterList, **asked: Any) -> list[JsonObject]:
    prefix = {"serial_prefix": wiring().programme.serial_prefix} if of.by_serial else {}
    return [of.show(each) for each in wiring().database.transact(of.read, **prefix, **asked)]


def _page(kind: str, json_url: str) -> Response:
    spoken = language()
    of = _LISTS[kind](spoken)
    most, before = cursor_id()
    listed: Any = page(_read(of, before=before, most=most), lambda row: str(row["id"])[4:])
    return reading_page(
        "registry_list.html",
        title=of.title,
        heads=of.heads,
        numbers=of.numbers,
        rows=[of.cells(each) for each in listed["data"]],
        next_cursor=listed["next_cursor"] if listed["has_more"] else None,
        now=moment(now()),
        json_url=json_url,
        csv_url=f"/registry/{kind}.csv?lang={spoken}",
    )
