"""Paper for a report: sections, tables that run over pages, and plots drawn as lines and areas.

A table repeats its headings on each page that it runs over. Plots are drawn from the numbers
themselves, so they stay sharp at any size and weigh nothing; next to each bar stands its number.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import zip_longest
from math import cos, radians
from typing import Final, NamedTuple

from app.shown.paper import GREEN, INK, PALE, Paper

SECTION_PT, TABLE_PT = 13.0, 7.5
LINE_MM, ROW_GAP_MM = 3.7, 1.6
BAR_MM, BAR_GAP_MM = 3.4, 1.6
LABEL_MM, NUMBER_MM = 50, 44
MAP_MM: Final = 80
# Of one plot; the table beside it has them all.
MOST_BARS: Final = 40
# A number on a map is read while there are few.
MOST_NAMED: Final = 30
TINT: Final = (240, 246, 242)
# From here on a line may be cut after any character.
FIRST_HAN: Final = 0x2E80
_GREY: Final = (120, 120, 120)

Place = tuple[float, float]


class Bar(NamedTuple):
    """A line of a plot: what it is of, its height, and how that is written."""

    label: str
    value: Decimal
    written: str


class Outline(NamedTuple):
    """Land with its number, as rings of longitude and latitude in degrees."""

    number: str
    rings: Sequence[Sequence[Place]]


class ReportPaper(Paper):
    """A report on paper: ``foot`` stands at the end of each page, before the page's number."""

    def __init__(self, title: str, made_at: datetime, *, language: str, foot: str) -> None:
        self._foot = foot
        self._widths: dict[str, float] = {}
        super().__init__(title, made_at)
        self.set_lang(language)

    def footer(self) -> None:
        """What the report is, and the number of the page."""
        self.set_y(-19)
        self._letters(7)
        self.set_text_color(*_GREY)
        self.cell(0, 4, self.said(f"{self._foot} · {self.page_no()}"), align="C")
        self.set_text_color(*INK)

    def said(self, text: str) -> str:
        """``text`` as it is printed, its lines below one another."""
        return "\n".join(super(ReportPaper, self).said(line) for line in text.split("\n"))

    def section(self, heading: str) -> None:
        """The heading of a part, with room for something below it on the same page."""
        self.unbroken_room(34)
        self.ln(4)
        self._letters(SECTION_PT)
        self.set_text_color(*GREEN)
        self.multi_cell(0, 7, self.said(heading), align="L", new_x="LMARGIN", new_y="NEXT")
        self.set_text_color(*INK)
        self.ln(1)

    def label(self, words: str) -> None:
        """A line above a table or a plot."""
        self.unbroken_room(18)
        self.ln(2)
        self._letters(9)
        self.multi_cell(0, 5, self.said(words), align="L", new_x="LMARGIN", new_y="NEXT")
        self.ln(0.5)

    def grid(
        self, headings: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]
    ) -> None:
        """A table; ``widths`` are shares of the page. Its headings stand on every page of it.

        A row stands on one page, unless it is higher than one.
        """
        unit = self.epw / sum(widths)
        wide = [each * unit for each in widths]
        head = self._lines_of(headings, wide)
        self.unbroken_room((len(head) + 2) * LINE_MM + 2 * ROW_GAP_MM)
        self._head(head, wide)
        for row in rows:
            lines = self._lines_of(row, wide)
            high = len(lines) * LINE_MM + ROW_GAP_MM
            if self.will_page_break(high) and high < self.eph - len(head) * LINE_MM - ROW_GAP_MM:
                self.add_page()
                self._head(head, wide)
            for line in lines:
                if self.will_page_break(LINE_MM):
                    self.add_page()
                    self._head(head, wide)
                self._row_line(line, wide)
            self._rule()
        self.ln(1)

    def _head(self, lines: Sequence[Sequence[str]], wide: Sequence[float]) -> None:
        self._letters(TABLE_PT)
        with self.local_context(fill_color=TINT, text_color=GREEN):
            high = len(lines) * LINE_MM + ROW_GAP_MM
            self.rect(self.l_margin, self.get_y(), self.epw, high, style="F")
            self.set_y(self.get_y() + ROW_GAP_MM / 2)
            for line in lines:
                self._row_line(line, wide)
        self._rule()

    def _row_line(self, line: Sequence[str], wide: Sequence[float]) -> None:
        self.set_x(self.l_margin)
        for words, width in zip(line, wide, strict=True):
            self.cell(width, LINE_MM, words)
        self.ln(LINE_MM)

    def _rule(self) -> None:
        """A thin line below a row, and a gap."""
        y = self.get_y() + ROW_GAP_MM / 2
        self.set_draw_color(*PALE)
        self.set_line_width(0.14)
        self.line(self.l_margin, y, self.w - self.r_margin, y)
        self.set_y(y + ROW_GAP_MM / 2)

    def _lines_of(self, cells: Sequence[str], wide: Sequence[float]) -> list[list[str]]:
        """A row as lines, each with its part of every cell."""
        # The letters' widths are those of the table.
        self._letters(TABLE_PT)
        columns = [
            [line for part in self.said(words).split("\n") for line in self._wrapped(part, width)]
            for words, width in zip(cells, wide, strict=True)
        ]
        return [list(line) for line in zip_longest(*columns, fillvalue="")]

    def _wrapped(self, words: str, wide_mm: float) -> list[str]:
        """A line cut so that its parts fit: after a blank or a Chinese character, or anywhere."""
        room = wide_mm - 2 * self.c_margin
        lines: list[str] = []
        begin, cut, used = 0, 0, 0.0
        for at, letter in enumerate(words):
            used += self._width(letter)
            if used > room and at > begin and letter != " ":
                end = cut if cut > begin else at
                lines.append(words[begin:end].rstrip())
                begin = end
                used = sum(self._width(each) for each in words[begin : at + 1])
            if letter == " " or ord(letter) >= FIRST_HAN:
                cut = at + 1
        return [*lines, words[begin:].rstrip()]

    def _width(self, letter: str) -> float:
        """Of a letter of a table, in millimetres."""
        found = self._widths.get(letter)
        if found is None:
            found = self._widths[letter] = self.get_string_width(letter)
        return found

    def bars(self, bars: Sequence[Bar]) -> None:
        """Bars on one scale, one below the other; those below nought go to the left."""
        least = min([Decimal(0), *(each.value for each in bars)])
        span = max([Decimal(0), *(each.value for each in bars)]) - least
        room = Decimal(self.epw) - LABEL_MM - NUMBER_MM
        for bar in bars:
            self.unbroken_room(BAR_MM + BAR_GAP_MM)
            self._bar(bar, least, room / span if span else Decimal(0))
        self.ln(2)

    def _bar(self, bar: Bar, least: Decimal, scale: Decimal) -> None:
        self._letters(TABLE_PT)
        top, left = self.get_y(), self.l_margin + LABEL_MM
        nought = left + float(-least * scale)
        wide = float(abs(bar.value) * scale)
        self.cell(LABEL_MM - 2, BAR_MM, self.said(self._fitting(bar.label, LABEL_MM - 4)))
        if wide:
            begin = nought - (wide if bar.value < 0 else 0)
            with self.local_context(fill_color=GREEN):
                self.rect(begin, top, wide, BAR_MM, style="F")
        self.set_draw_color(*_GREY)
        self.set_line_width(0.14)
        self.line(nought, top - 0.5, nought, top + BAR_MM + BAR_GAP_MM - 0.5)
        self.set_xy(self.w - self.r_margin - NUMBER_MM, top)
        self.cell(NUMBER_MM, BAR_MM, self.said(bar.written), align="R")
        self.set_xy(self.l_margin, top + BAR_MM + BAR_GAP_MM)

    def _fitting(self, words: str, wide_mm: float) -> str:
        """As many of the letters as there is room for; what is cut off ends with three points."""
        if self.get_string_width(self.said(words)) <= wide_mm:
            return words
        while words and self.get_string_width(self.said(words + "…")) > wide_mm:
            words = words[:-1]
        return words + "…"

    def map_of(self, words: str, land: Sequence[Outline]) -> None:
        """Land as it lies below a line of words, north above, on one scale in both directions.

        ``land`` has at least one ring.
        """
        places = [place for each in land for ring in each.rings for place in ring]
        west, east = min(x for x, _ in places), max(x for x, _ in places)
        south, north = min(y for _, y in places), max(y for _, y in places)
        narrow = cos(radians((south + north) / 2))
        wide, high = (east - west) * narrow, north - south
        scale = min(self.epw / wide, MAP_MM / high)
        self.unbroken_room(high * scale + 18)
        self.label(words)
        top = self.get_y() + 1
        left = self.l_margin + (self.epw - wide * scale) / 2

        def on_page(place: Place) -> Place:
            return left + (place[0] - west) * narrow * scale, top + (north - place[1]) * scale

        self.set_draw_color(*GREEN)
        self.set_line_width(0.3)
        for each in land:
            for ring in each.rings:
                self.polygon([on_page(place) for place in ring], style="D")
        if len(land) <= MOST_NAMED:
            self._letters(TABLE_PT)
            for each in land:
                self._named(each, [on_page(place) for place in each.rings[0]])
        self.set_xy(self.l_margin, top + high * scale + 2)
        self.small(f"{west:.7f}° – {east:.7f}° E, {south:.7f}° – {north:.7f}° N")

    def _named(self, one: Outline, ring: Sequence[Place]) -> None:
        across, down = [x for x, _ in ring], [y for _, y in ring]
        number = self.said(self._fitting(one.number, 40))
        middle = (min(across) + max(across)) / 2, (min(down) + max(down)) / 2
        self.text(middle[0] - self.get_string_width(number) / 2, middle[1] + 1, number)
