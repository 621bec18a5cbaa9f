"""A merchant's bill of one civil day, and the settlement that sums it: to the fen, as files.

Captures and reversals are lines of their own, each on the day on which it happened, so that a
closed day never changes. The CSV is for spreadsheets (UTF-8 with BOM, summary below the lines),
the JSON Lines are for programs; both say the same.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Final
from uuid import UUID

from rewards.redemption.refusals import BillNotReady

CAPTURE: Final = "capture"
REVERSAL: Final = "reversal"

# A capture of the last second of a day is committed by then.
READY_AFTER: Final = timedelta(minutes=10)

COLUMNS: Final = (
    *("kind", "time", "out_request_no", "redemption_id", "store_id", "offer_id", "title_zh"),
    *("title_en", "items", "points", "amount", "currency"),
)
SUMMARY_COLUMNS: Final = (
    *("bill_date", "captures", "captured_items", "captured_points", "captured_amount"),
    *("reversals", "reversed_items", "reversed_points", "reversed_amount", "net_amount"),
    "currency",
)
_TEXTS: Final = frozenset({"out_request_no", "store_id", "title_zh", "title_en"})
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


@dataclass(frozen=True, slots=True)
class Settlement:
    """What one civil day comes to for one merchant; the programme owes ``net_fen`` for it."""

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
        minutes = READY_AFTER // timedelta(minutes=1)
        raise BillNotReady(bill_date=on.isoformat(), minutes=minutes)


def is_ready(midnight_after: datetime, now: datetime) -> bool:
    """Whether nothing can change the day any more that ended at ``midnight_after``."""
    return now >= midnight_after + READY_AFTER


def settle(on: date, lines: Iterable[BillLine]) -> Settlement:
    """The sum of a day's lines."""
    all_lines = list(lines)
    captures = [line for line in all_lines if line.kind == CAPTURE]
    reversals = [line for line in all_lines if line.kind == REVERSAL]
    assert len(captures) + len(reversals) == len(all_lines)
    return Settlement(
        on,
        len(captures),
        sum(line.items for line in captures),
        sum(line.points for line in captures),
        sum(line.settlement_fen for line in captures),
        len(reversals),
        sum(line.items for line in reversals),
        sum(line.points for line in reversals),
        sum(line.settlement_fen for line in reversals),
    )


def as_csv(on: date, lines: Sequence[BillLine], *, zone: tzinfo, currency: str) -> bytes:
    """The bill for a spreadsheet: lines, an empty row, the summary; times are civil."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in lines:
        cells = _cells(line, zone, currency)
        writer.writerow(
            [harmless(cells[name]) if name in _TEXTS else cells[name] for name in COLUMNS]
        )
    writer.writerow([])
    writer.writerow(SUMMARY_COLUMNS)
    summary = summary_cells(settle(on, lines), currency)
    writer.writerow([summary[name] for name in SUMMARY_COLUMNS])
    return out.getvalue().encode("utf-8-sig")


def as_json_lines(on: date, lines: Sequence[BillLine], *, zone: tzinfo, currency: str) -> bytes:
    """The bill for a program: one object a line, the summary last with kind ``summary``."""
    objects = [_cells(line, zone, currency) for line in lines]
    objects.append({"kind": "summary", **summary_cells(settle(on, lines), currency)})
    return "".join(
        json.dumps(each, ensure_ascii=False, separators=(",", ":")) + "\n" for each in objects
    ).encode()


def summary_cells(settlement: Settlement, currency: str) -> dict[str, str | int]:
    """A settlement as the last row of a bill; amounts in yuan with two places."""
    s = settlement
    return {
        "bill_date": s.on.isoformat(),
        "captures": s.captures,
        "captured_items": s.captured_items,
        "captured_points": s.captured_points,
        "captured_amount": _yuan(s.captured_fen),
        "reversals": s.reversals,
        "reversed_items": s.reversed_items,
        "reversed_points": s.reversed_points,
        "reversed_amount": _yuan(s.reversed_fen),
        "net_amount": _yuan(s.net_fen),
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
        "amount": _yuan(line.settlement_fen),
        "currency": currency,
    }


def harmless(cell: str | int) -> str | int:
    """An apostrophe makes a spreadsheet read a formula's beginning as text."""
    if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS):
        return "'" + cell
    return cell


def _yuan(fen: int) -> str:
    sign, size = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{size // 100}.{size % 100:02d}"
