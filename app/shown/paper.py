"""Paper: an A4 page whose letters are embedded, so that it prints the same everywhere.

Two fonts travel in the file, cut to what it uses: Noto Sans (Latin, Greek, Cyrillic, Vietnamese)
and Noto Sans CJK SC (Chinese, Japanese, Korean; 44,810 characters, some beyond U+FFFF). A character
that neither shows is printed as its code point, 〔U+2A6A5〕, never as another one or as a gap, and
the last page says so. Scripts that need their letters joined or reordered (Arabic, Devanagari), and
characters that show nothing or turn the direction of writing, count as not shown: this page sets
one letter after the other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

import fontpkg_noto_sans
import noto_cjk_sans_otc
from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import WrapMode
from fpdf.fonts import TTFFont

MARGIN_MM: Final = 24
USUAL_PT: Final = 10.5
LATIN: Final = "latin"
HAN: Final = "han"
# The simplified Chinese forms of the collection.
_HAN_IN_COLLECTION: Final = 2
_LATIN_FILE: Final = fontpkg_noto_sans.ROOT / "files" / "NotoSans[wdth,wght].ttf"
_HAN_FILE: Final = Path(noto_cjk_sans_otc.FONT_PATH)
GREEN, INK, PALE = (31, 111, 74), (27, 42, 34), (213, 229, 220)
# Controls, marks of direction and other things that show nothing; surrogates and private use.
_SHOW_NOTHING: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_NEED_SHAPING: Final = ("DEVANAGARI", "HANGUL CHOSEONG", "HANGUL JUNGSEONG", "HANGUL JONGSEONG")
# Marks, letters and symbols that show nothing: joiners, fillers, selectors of a variant.
_BLANK: Final = frozenset({0x034F, 0x2800, 0x3164, 0xFFA0, *range(0xFE00, 0xFE10)})
# Each is another form of a common character, and composing would print that one in a name.
_COMPATIBILITY: Final = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f])")
UNSHOWN_NOTE: Final = (
    "字体未收录的字符以统一码编号表示，原字见内附 JSON。 "
    "Characters that the fonts lack are shown by their code points; the attached JSON has them."
)


@cache
def covered() -> frozenset[int]:
    """The code points that are printed as themselves."""
    with (
        TTFont(_LATIN_FILE, lazy=True) as latin,
        TTFont(_HAN_FILE, fontNumber=_HAN_IN_COLLECTION, lazy=True) as han,
    ):
        codes = {*latin.getBestCmap(), *han.getBestCmap()}
    return frozenset(code for code in codes if _shows(chr(code)))


def _shows(character: str) -> bool:
    if unicodedata.category(character) in _SHOW_NOTHING or ord(character) in _BLANK:
        return False
    return not unicodedata.name(character, "").startswith(_NEED_SHAPING)


def printable(text: str) -> str:
    """``text`` as paper shows it: composed (NFC), and code points for what no font has."""
    composed = _composed(text)
    return "".join(
        each if ord(each) in covered() else f"〔U+{ord(each):04X}〕" for each in composed
    )


def _composed(text: str) -> str:
    parts = enumerate(_COMPATIBILITY.split(text))
    return "".join(each if at % 2 else unicodedata.normalize("NFC", each) for at, each in parts)


class Paper(FPDF):
    """A document of A4 pages in a green frame. ``made_at`` makes it the same file every time."""

    def __init__(self, title: str, made_at: datetime) -> None:
        super().__init__(format="A4")
        self.unshown = False
        self.set_creation_date(made_at)
        self.set_title(printable(title))
        self.set_author("Tanpuhui")
        self.set_lang("zh-CN")
        self.set_margins(MARGIN_MM, MARGIN_MM)
        self.set_auto_page_break(True, margin=MARGIN_MM)
        self.add_font(LATIN, fname=_LATIN_FILE)
        self.add_font(HAN, fname=_HAN_FILE, collection_font_number=_HAN_IN_COLLECTION)
        self.set_fallback_fonts([HAN], exact_match=False)
        self.set_font(LATIN, size=USUAL_PT)
        self.set_text_color(*INK)
        self.add_page()

    def header(self) -> None:
        """The frame of every page."""
        self.set_draw_color(*GREEN)
        self.set_line_width(0.42)
        self.rect(12, 12, self.w - 24, self.h - 24)
        self._letters(self.font_size_pt)

    def _letters(self, size: float) -> None:
        """Go on in letters of ``size`` points.

        The blank fixes the font for the page. Without it fpdf2 (2.8.9) fixes it inside the first
        line that begins with a Chinese character, and lines after it have none.
        """
        self.set_font(LATIN, size=size)
        self.text(self.l_margin, self.t_margin, " ")

    def said(self, text: str) -> str:
        """``text`` as it is printed; remembers that something had to be shown by its number."""
        shown = printable(text)
        self.unshown = self.unshown or shown != _composed(text)
        return shown

    def heading(self, text: str, size: float, colour: tuple[int, int, int] = GREEN) -> None:
        """A line in the middle of the page; ``size`` in points."""
        self._letters(size)
        self.set_text_color(*colour)
        self.multi_cell(0, size * 0.5, self.said(text), align="C", new_x="LMARGIN", new_y="NEXT")
        self.set_text_color(*INK)

    def facts(self, rows: Iterable[tuple[str, str]], label_mm: int) -> None:
        """Labels and their values, a line under each row."""
        self._letters(USUAL_PT)
        self.set_draw_color(*PALE)
        self.set_line_width(0.14)
        widths = (label_mm, int(self.epw) - label_mm)
        with self.table(
            col_widths=widths,
            borders_layout="HORIZONTAL_LINES",
            first_row_as_headings=False,
            line_height=5.6,
            padding=(1.2, 1, 1.2, 1),
            text_align="LEFT",
            v_align="TOP",
            wrapmode=WrapMode.WORD,
        ) as table:
            for label, value in rows:
                table.row((self.said(label), self.said(value)))

    def small(self, *lines: str, width_mm: float = 0) -> None:
        """Lines in small print."""
        self._letters(8)
        for line in lines:
            self.multi_cell(width_mm, 4, self.said(line), align="L", new_x="LMARGIN", new_y="NEXT")

    def unbroken_room(self, height_mm: float) -> None:
        """Begin another page unless this one has room for something so high."""
        if self.will_page_break(height_mm):
            self.add_page()

    def finished(self) -> bytes:
        """The file; says at its end what could only be shown by number."""
        if self.unshown:
            self.ln(4)
            self.small(UNSHOWN_NOTE)
        made = bytes(self.output())
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()
        return made
