"""The certificate as a page to print: it states what the signed text states, whole."""

from __future__ import annotations

import json
import re
import unicodedata
from contextlib import closing
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st
from pypdfium2 import PdfDocument

from app.shown.certificate_pdf import ATTACHED, LABEL_MM, certificate_pdf, facts
from app.shown.paper import UNSHOWN_NOTE, Paper, printable

FORMS = re.compile("[\uf900-\ufaff\U0002f800-\U0002fa1f]")
ZONE = ZoneInfo("Asia/Shanghai")
URL = "https://registry.example/v1/retirements/ret_1/certificate.json"
PAGE_URL = "https://registry.example/registry/retirements/ret_1"


def a_certificate(blocks: int = 1) -> dict[str, Any]:
    return {
        "retirement_id": "ret_01a2081fcace70009c1edab7bbcc7548",
        "beneficiary": "云和纺织 Yunhe <Textiles> & Co",
        "purpose": {"title_zh": "企业碳中和", "title_en": "neutrality of an enterprise"},
        "period": "2026",
        "retired_by": {"name": "云和纺织"},
        "retired_at": "2026-11-18T16:00:00+08:00",
        "quantity_t": str(blocks),
        "signature": {"key_id": "4c86be841275279d"},
        "blocks": [
            {
                "serial": f"TPH-MIXED-2026-{number}-{number}-60",
                "quantity_t": "1",
                "bundle_id": "bdl_01a2081fc2857000b627b3fd70fa7bc0",
                "bundle_root": "72" * 32,
            }
            for number in range(1, blocks + 1)
        ],
    }


def made_of(certificate: dict[str, Any], url: str = URL) -> bytes:
    return certificate_pdf(certificate, url, ZONE, page_url=PAGE_URL)


def pages(made: bytes) -> int:
    with closing(PdfDocument(made)) as document:
        return len(document)


def copied(made: bytes) -> str:
    with closing(PdfDocument(made)) as document:
        found = "".join(page.get_textpage().get_text_bounded() for page in document)
    return re.sub(r"\s+", "", found)


def test_every_fact_of_the_signed_text_is_on_the_page() -> None:
    stated = " ".join(value for _, value in facts(a_certificate(3), ZONE))
    for part in (
        "云和纺织 Yunhe <Textiles> & Co",
        "企业碳中和",
        "2026-11-18 16:00:00 +08:00 (Asia/Shanghai)",
    ):
        assert part in stated
    for number in (1, 2, 3):
        assert f"TPH-MIXED-2026-{number}-{number}-60 (1 t)" in stated
    assert "72" * 32 in stated


def test_the_page_is_one_and_the_same_file_each_time_with_its_letters_in_it() -> None:
    made = made_of(a_certificate())
    assert made == made_of(a_certificate())
    assert made.startswith(b"%PDF-1.")
    assert pages(made) == 1
    named = re.findall(rb"/Type /Font\b", made)
    assert len(named) == len(re.findall(rb"/FontFile[23] ", made)) * 2 == 4, "all are embedded"


AS_THEY_ARE = [
    "㛃䶮𬎆 𠮷野家 㐂久",
    "Đặng Thị Nguyễn",
    "Łódź Źdźbło",
    "Ελληνική Εταιρεία",
    "Общество «Река»",
    "株式会社エコ",
    "한국환경공단",
    "x₂ ½ ± 2 °C",
    "A <b> & \\( [x] **not bold** __not underlined__",
    "云和" * 60,
    "W" * 200,
]
BY_NUMBER = {
    "𪚥公司": "〔U+2A6A5〕公司",
    "a\u202eb": "a〔U+202E〕b",
    "a\u200bb": "a〔U+200B〕b",
    "😀": "〔U+1F600〕",
    "شركة": "〔U+0634〕〔U+0631〕〔U+0643〕〔U+0629〕",
    "नम": "〔U+0928〕〔U+092E〕",
    "辻\U000e0100": "辻〔U+E0100〕",
}


def on_paper(*values: str) -> str:
    """What somebody who copies the text of a page of such facts gets, without ends of lines."""
    paper = Paper("names", datetime(2026, 1, 1, tzinfo=UTC))
    paper.facts([("", value) for value in values], LABEL_MM)
    return copied(paper.finished())


def test_names_are_printed_and_copied_character_by_character() -> None:
    assert on_paper(*AS_THEY_ARE) == re.sub(r"\s+", "", "".join(AS_THEY_ARE))


def test_what_the_fonts_lack_is_printed_by_its_number_with_a_note() -> None:
    note = re.sub(r"\s+", "", UNSHOWN_NOTE)
    assert on_paper(*BY_NUMBER) == "".join(BY_NUMBER.values()) + note


def test_an_accent_of_its_own_is_joined_to_its_letter() -> None:
    assert on_paper("cafe\u0301") == "café"


@given(st.text(max_size=40))
@settings(max_examples=400)
def test_no_character_is_dropped_or_becomes_another(name: str) -> None:
    composed = unicodedata.normalize("NFC", name)
    parts = re.findall(r"〔U\+[0-9A-F]{4,6}〕|.", printable(name), re.DOTALL)
    if "〔U+" not in composed:
        back = "".join(chr(int(p[3:-1], 16)) if len(p) > 1 else p for p in parts)
        assert unicodedata.normalize("NFC", back) == composed
        # Forms of common characters that a standard keeps apart stay apart.
        kept = [FORMS.findall(text) for text in (back, name)]
        assert kept[0] == kept[1]


def test_the_signed_text_is_attached_whole() -> None:
    certificate = a_certificate(2)
    with closing(PdfDocument(made_of(certificate))) as document:
        assert document.count_attachments() == 1
        attached = document.get_attachment(0)
        assert attached.get_name() == ATTACHED
        assert json.loads(bytes(attached.get_data())) == certificate


def test_many_serial_ranges_run_over_to_more_pages() -> None:
    assert pages(made_of(a_certificate(40))) > 1


def test_another_address_makes_another_code() -> None:
    assert made_of(a_certificate()) != made_of(a_certificate(), URL + "?x")


@pytest.mark.parametrize("name", ["\ufa19", "\uf92a", "\U0002f804"])
def test_a_form_of_a_character_is_never_printed_as_the_common_one(name: str) -> None:
    common = unicodedata.normalize("NFC", name)
    assert common != name
    assert common not in printable(f"\u5b89{name}")
    assert printable(f"\u5b89{name}") in {f"\u5b89{name}", f"\u5b89〔U+{ord(name):04X}〕"}


@pytest.mark.parametrize(
    "unseen",
    ["\u3164", "\uffa0", "\u115f", "\u1160", "\u034f", "\u2800", "\ufe00", "\ufe0f", "\U000e0100"],
)
def test_what_shows_nothing_is_no_gap_in_a_name(unseen: str) -> None:
    assert printable(f"安{unseen}") == f"安〔U+{ord(unseen):04X}〕"


def test_letters_of_which_only_a_joined_form_is_read_are_shown_by_number() -> None:
    assert printable("\u1112\u1161\u11ab") == "\ud55c"
    assert printable("\u1112\u119e\u11ab") == "〔U+1112〕〔U+119E〕〔U+11AB〕"
