"""A merchant's bill of one civil day, and the settlement that sums it: to the fen, as files.

Captures and reversals are lines of their own, each on the day on which it happened, so that a
closed day never changes. The CSV is for spreadsheets (UTF-8 with BOM, summary below the lines),
the JSON Lines are for programs; both say the same. Where anything of a day was taken back for a
reason, every line of it says who did it and why (``REASON_COLUMNS``); the file of any other day is
what it always was.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Final
from uuid import UUID

from behaviours.civil_time import civil_day, day_ends_at
from rewards.ledger.money import BOOKED_AFTER, yuan
from rewards.points.refund import BY_TILL, WhyTakenBack
from rewards.redemption.refusals import BillNotReady

CAPTURE: Final = "capture"
REVERSAL: Final = "reversal"

COLUMNS: Final = (
    *("kind", "time", "out_request_no", "redemption_id", "store_id", "offer_id", "title_zh"),
    *("title_en", "items", "points", "amount", "currency"),
)
REASON_COLUMNS: Final = ("reversed_by", "reason_code", "reason")
SUMMARY_COLUMNS: Final = (
    *("bill_date", "captures", "captured_items", "captured_points", "captured_amount"),
    *("reversals", "reversed_items", "reversed_points", "reversed_amount", "net_amount"),
    "currency",
)
_TEXTS: Final = frozenset({"out_request_no", "store_id", "title_zh", "title_en", "reason"})
# What a spreadsheet would read as the beginning of a formula, also in full width.
_FORMULA_STARTS: Final = tuple("=+-@\t\r\n＝＋－＠")


@dataclass(frozen=True, slots=True)
class BillLine:
    """One capture, or one reversal of items of an earlier one; all figures are positive."""

    kind: str
    at: datetime
    out_request_no: str
    redemption_id: UUID
    store_id: str
    offer_id: UUID
    title_zh: str
    title_en: str
    items: int
    points: int
    settlement_fen: int
    # Of a reversal.
    why: WhyTakenBack = BY_TILL


@dataclass(frozen=True, slots=True)
class Settlement:
    """What one civil day comes to for one merchant; the programme owes ``net_fen`` for it.

    Of a statement, what the days up to this one come to.
    """

    on: date
    captures: int
    captured_items: int
    captured_points: int
    captured_fen: int
    reversals: int
    reversed_items: int
    reversed_points: int
    reversed_fen: int

    @property
    def net_fen(self) -> int:
        """Negative when more was reversed on the day than captured."""
        return self.captured_fen - self.reversed_fen


@dataclass(frozen=True, slots=True)
class SettledDay:
    """``is_final`` once the day's bill can be drawn: then nothing changes it any more."""

    settlement: Settlement
    is_final: bool


def check_ready(on: date, *, midnight_after: datetime, now: datetime) -> None:
    """Refuse the bill of a day that can still change. Raises BillNotReady."""
    if not is_ready(midnight_after, now):
        minutes = BOOKED_AFTER // timedelta(minutes=1)
        raise BillNotReady(bill_date=on.isoformat(), minutes=minutes)


def is_ready(midnight_after: datetime, now: datetime) -> bool:
    """Whether nothing can change the day any more that ended at ``midnight_after``."""
    return now >= midnight_after + BOOKED_AFTER


def is_settled(sold_at: datetime, *, zone: tzinfo, now: datetime) -> bool:
    """Whether the bill of the day can be drawn on which something was sold."""
    return is_ready(day_ends_at(civil_day(sold_at, zone), zone), now)


def settle(on: date, lines: Iterable[BillLine]) -> Settlement:
    """The sum of a day's lines."""
    counted = _Counted()
    for line in lines:
        counted.add(line)
    return counted.settlement(on)


class _Counted:
    """Lines counted one by one, so that nobody has to hold all of them."""

    def __init__(self) -> None:
        self._sums = {kind: [0, 0, 0, 0] for kind in (CAPTURE, REVERSAL)}

    def add(self, line: BillLine) -> None:
        assert line.kind in self._sums, line.kind
        sums = self._sums[line.kind]
        for at, figure in enumerate((1, line.items, line.points, line.settlement_fen)):
            sums[at] += figure

    def settlement(self, on: date) -> Settlement:
        return Settlement(on, *self._sums[CAPTURE], *self._sums[REVERSAL])


def as_csv(on: date, lines: Sequence[BillLine], *, zone: tzinfo, currency: str) -> bytes:
    """The bill for a spreadsheet: lines, an empty row, the summary; times are civil."""
    says_why = _says_why(lines)
    return b"".join(csv_pieces(on, lines, zone=zone, currency=currency, says_why=says_why))


def csv_pieces(
    on: date, lines: Iterable[BillLine], *, zone: tzinfo, currency: str, says_why: bool = True
) -> Iterator[bytes]:
    """The same piece by piece, of lines that may be many; their last day is ``on``."""
    counted = _Counted()
    columns = (*COLUMNS, *REASON_COLUMNS) if says_why else COLUMNS
    yield _csv_row(columns).encode("utf-8-sig")
    for line in lines:
        counted.add(line)
        cells = {**_cells(line, zone, currency), **_why_cells(line)}
        yield _csv_row(
            [harmless(cells[name]) if name in _TEXTS else cells[name] for name in columns]
        ).encode()
    summary = summary_cells(counted.settlement(on), currency)
    yield (
        "\r\n" + _csv_row(SUMMARY_COLUMNS) + _csv_row([summary[name] for name in SUMMARY_COLUMNS])
    ).encode()


def _csv_row(cells: Iterable[str | int]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()


def as_json_lines(on: date, lines: Sequence[BillLine], *, zone: tzinfo, currency: str) -> bytes:
    """The bill for a program: one object a line, the summary last with kind ``summary``."""
    says_why = _says_why(lines)
    return b"".join(json_pieces(on, lines, zone=zone, currency=currency, says_why=says_why))


def json_pieces(
    on: date, lines: Iterable[BillLine], *, zone: tzinfo, currency: str, says_why: bool = True
) -> Iterator[bytes]:
    """The same piece by piece, as ``csv_pieces``."""
    counted = _Counted()
    for line in lines:
        counted.add(line)
        why = _why_cells(line) if says_why else {}
        yield _json_line({**_cells(line, zone, currency), **why})
    yield _json_line({"kind": "summary", **summary_cells(counted.settlement(on), currency)})


def _json_line(cells: Mapping[str, str | int]) -> bytes:
    return (json.dumps(cells, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def summary_cells(settlement: Settlement, currency: str) -> dict[str, str | int]:
    """A settlement as the last row of a bill; amounts in yuan with two places."""
    s = settlement
    return {
        "bill_date": s.on.isoformat(),
        "captures": s.captures,
        "captured_items": s.captured_items,
        "captured_points": s.captured_points,
        "captured_amount": yuan(s.captured_fen),
        "reversals": s.reversals,
        "reversed_items": s.reversed_items,
        "reversed_points": s.reversed_points,
        "reversed_amount": yuan(s.reversed_fen),
        "net_amount": yuan(s.net_fen),
        "currency": currency,
    }


def _cells(line: BillLine, zone: tzinfo, currency: str) -> dict[str, str | int]:
    return {
        "kind": line.kind,
        "time": line.at.astimezone(zone).isoformat(timespec="seconds"),
        "out_request_no": line.out_request_no,
        "redemption_id": f"rdm_{line.redemption_id.hex}",
        "store_id": line.store_id,
        "offer_id": f"ofr_{line.offer_id.hex}",
        "title_zh": line.title_zh,
        "title_en": line.title_en,
        "items": line.items,
        "points": line.points,
        "amount": yuan(line.settlement_fen),
        "currency": currency,
    }


def _says_why(lines: Iterable[BillLine]) -> bool:
    return any(line.why != BY_TILL for line in lines)


def _why_cells(line: BillLine) -> dict[str, str | int]:
    who = line.why.who if line.kind == REVERSAL else ""
    said = (who, line.why.reason_code or "", line.why.reason or "")
    return dict(zip(REASON_COLUMNS, said, strict=True))


def harmless(cell: str | int) -> str | int:
    """An apostrophe makes a spreadsheet read a formula's beginning as text."""
    if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS):
        return "'" + cell
    return cell
