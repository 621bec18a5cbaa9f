"""A shadow run as a picture: SVG made by hand, readable without scripts, fonts or colours alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Literal

from app.messages.catalogues import text
from behaviours.rules.shadow_report import GroupShown, ShadowReport, SpreadShown

WIDTH, MARGIN = 960, 40
LABELS, VALUES = 110, 210
BAR, GAP = 14, 26
MONTHS_MAX, REGIONS_MAX = 24, 34
INK, PALE, OLD, NEW, GAIN, LOSE = "#1b2a22", "#d9e2dc", "#8aa398", "#1f6f4a", "#1f6f4a", "#b3452c"
_MG_PER = (("t", 10**9), ("kg", 10**6), ("g", 10**3), ("mg", 1))


def shadow_picture(report: ShadowReport, regions: Mapping[str, str], language: str) -> str:
    """The report as one SVG document; ``regions`` gives the name of a region's code."""
    months = _summed(report["groups"], "month")
    places = _summed(report["groups"], "region")
    parts: list[str] = []
    title = text("picture:shadow_title", language, {"methodology": report["methodology"]})
    y = _head(parts, title, _told(report, language))
    words = [text("picture:shadow_old", language), text("picture:shadow_new", language)]
    y = _pairs(parts, y, text("picture:shadow_months", language), months[-MONTHS_MAX:], words)
    ranked = sorted(places, key=lambda row: -abs(row[2] - row[1]))[:REGIONS_MAX]
    named = [(f"{code} {regions.get(code, '')}", old, new) for code, old, new in ranked]
    y = _changes(parts, y, text("picture:shadow_districts", language), named)
    spreads = report["distribution"]
    for what, spread in (
        (text("picture:shadow_per_action", language), spreads["per_action"]),
        (text("picture:shadow_per_person", language), spreads["per_person"]),
    ):
        key = "picture:shadow_spread" if spread["exact"] else "picture:shadow_spread_rounded"
        y = _spread(parts, y, text(key, language, {"what": what}), spread)
    return _document(parts, y, title, language)


def amount(mg: int) -> str:
    """Milligrams in the unit that people would use, with three digits after the point at most."""
    for unit, size in _MG_PER:
        if abs(mg) >= size:
            whole, rest = divmod(abs(mg) * 1000 // size, 1000)
            digits = f"{whole:,}.{rest:03d}".rstrip("0").rstrip(".")
            return f"{'−' if mg < 0 else ''}{digits} {unit}"
    return "0"


def change(mg: int) -> str:
    """As ``amount``, with its sign."""
    return f"+{amount(mg)}" if mg > 0 else amount(mg)


def _summed(
    groups: Sequence[GroupShown], by: Literal["month", "region"]
) -> list[tuple[str, int, int]]:
    sums: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for group in groups:
        sums[group[by]][0] += int(group["old_mg"])
        sums[group[by]][1] += int(group["new_mg"])
    return [(name, old, new) for name, (old, new) in sorted(sums.items())]


def _document(parts: Sequence[str], height: int, title: str, language: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}"'
        f' viewBox="0 0 {WIDTH} {height}" role="img" font-size="14" fill="{INK}"'
        f' lang="{language}" xml:lang="{language}"'
        ' font-family="Noto Sans CJK SC, PingFang SC, Microsoft YaHei, DejaVu Sans, sans-serif">\n'
        f"<title>{escape(title)}</title>\n"
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _told(report: ShadowReport, language: str) -> Iterator[str]:
    """What the run found, in sentences."""
    totals, people, drawn = report["totals"], report["people"], report["sample"]
    gain, lose = people["gain"], people["lose"]
    looked_at = {
        "actions": f"{totals['actions']:,}",
        "people": f"{people['people']:,}",
        "behaviour": report["behaviour"],
        "starts_on": report["from"],
        "ends_on": report["to"],
    }
    if drawn:
        yield text("picture:shadow_sampled", language, {**looked_at, "seed": drawn["seed"]})
    else:
        yield text("picture:shadow_looked_at", language, looked_at)
    masses = {
        "old": amount(int(totals["old_mg"])),
        "new": amount(int(totals["new_mg"])),
        "difference": change(int(totals["change_mg"])),
    }
    yield text("picture:shadow_totals", language, masses)
    moved = {
        "gaining": f"{gain['people']:,}",
        "gained": amount(int(gain["mg"])),
        "losing": f"{lose['people']:,}",
        "lost": amount(int(lose["mg"])),
        "unchanged": f"{people['unchanged']:,}",
    }
    yield text("picture:shadow_people", language, moved)
    yield text("picture:shadow_refused", language, {"refused": f"{totals['refused']:,}"})


def _head(parts: list[str], title: str, lines: Iterable[str]) -> int:
    parts.append(_text(MARGIN, 48, title, size=24))
    y = 78
    for line in lines:
        parts.append(_text(MARGIN, y, line))
        y += 22
    return y + 16


def _pairs(
    parts: list[str],
    y: int,
    title: str,
    rows: Sequence[tuple[str, int, int]],
    words: Sequence[str],
) -> int:
    parts.append(_text(MARGIN, y, title, size=17))
    y += 14
    for at, (colour, word) in enumerate(zip((OLD, NEW), words, strict=True)):
        parts.extend(
            (
                _rect(MARGIN + LABELS + 110 * at, y, 12, 12, colour),
                _text(MARGIN + LABELS + 18 + 110 * at, y + 11, word),
            )
        )
    y += 24
    room = WIDTH - 2 * MARGIN - LABELS - VALUES
    most = max((max(old, new) for _, old, new in rows), default=0) or 1
    for name, old, new in rows:
        parts.append(_text(MARGIN, y + BAR + 4, name))
        for value, colour, below in ((old, OLD, 0), (new, NEW, BAR)):
            parts.append(_rect(MARGIN + LABELS, y + below, value * room // most, BAR - 2, colour))
        said = f"{amount(old)} → {amount(new)}"
        parts.append(_text(WIDTH - MARGIN, y + BAR + 4, said, anchor="end"))
        y += 2 * BAR + 8
    return y + GAP


def _changes(parts: list[str], y: int, title: str, rows: Sequence[tuple[str, int, int]]) -> int:
    parts.append(_text(MARGIN, y, title, size=17))
    y += 16
    room = (WIDTH - 2 * MARGIN - LABELS - VALUES) // 2
    middle = MARGIN + LABELS + room
    most = max((abs(new - old) for _, old, new in rows), default=0) or 1
    top = y
    for name, old, new in rows:
        wide = abs(new - old) * room // most
        left = middle if new >= old else middle - wide
        parts.extend(
            (
                _text(MARGIN, y + BAR, name),
                _rect(left, y + 2, wide, BAR, GAIN if new >= old else LOSE),
                _text(WIDTH - MARGIN, y + BAR, _of(old, new), anchor="end"),
            )
        )
        y += BAR + 10
    parts.append(_rect(middle, top, 1, max(y - top, 1), INK))
    return y + GAP


def _of(old: int, new: int) -> str:
    if not old:
        return change(new - old)
    tenths = abs(new - old) * 1000 // old
    sign = "+" if new >= old else "−"
    return f"{change(new - old)} ({sign}{tenths // 10}.{tenths % 10} %)"


def _spread(parts: list[str], y: int, title: str, spread: SpreadShown) -> int:
    known = {row["per_cent"]: int(row["change_mg"]) for row in spread["quantiles"]}
    parts.append(_text(MARGIN, y, title, size=17))
    if not known:
        return y + GAP
    y += 18
    # The outermost hundredth would flatten everything else; its ends are written instead.
    low, high = min(known[1], 0), max(known[99], 0)
    room, left = WIDTH - 2 * MARGIN, MARGIN
    span = (high - low) or 1

    def x(value: int) -> int:
        return left + (min(max(value, low), high) - low) * room // span

    parts.extend(
        (
            _rect(x(known[1]), y + 8, max(x(known[99]) - x(known[1]), 2), 4, PALE),
            _rect(x(known[10]), y + 4, max(x(known[90]) - x(known[10]), 2), 12, OLD),
            _rect(x(known[25]), y, max(x(known[75]) - x(known[25]), 2), 20, NEW),
            _rect(x(known[50]) - 1, y - 4, 3, 28, INK),
            _rect(x(0), y - 4, 1, 28, LOSE),
        )
    )
    said = ", ".join(f"{cent} %: {change(known[cent])}" for cent in (0, 10, 25, 50, 75, 90, 100))
    parts.append(_text(MARGIN, y + 42, said))
    return y + 42 + GAP + 8


def _text(x: int, y: int, said: str, *, size: int = 14, anchor: str = "start") -> str:
    return f'<text x="{x}" y="{y}" font-size="{size}" text-anchor="{anchor}">{escape(said)}</text>'


def _rect(x: int, y: int, wide: int, high: int, colour: str) -> str:
    return f'<rect x="{x}" y="{y}" width="{wide}" height="{high}" fill="{colour}"/>'
