"""The certificate as a page to print: it states what the signed text states, whole."""

from __future__ import annotations

import re
from typing import Any

from app.shown.certificate_pdf import certificate_pdf, facts

URL = "https://registry.example/v1/retirements/ret_1/certificate.json"


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


def pages(made: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", made))


def test_every_fact_of_the_signed_text_is_on_the_page() -> None:
    stated = " ".join(value for _, value in facts(a_certificate(3)))
    for part in ("云和纺织 Yunhe <Textiles> & Co", "企业碳中和", "2026-11-18T16:00:00+08:00"):
        assert part in stated
    for number in (1, 2, 3):
        assert f"TPH-MIXED-2026-{number}-{number}-60 (1 t)" in stated
    assert "72" * 32 in stated


def test_the_page_is_one_and_the_same_file_each_time_with_a_chinese_font() -> None:
    made = certificate_pdf(a_certificate(), URL)
    assert made == certificate_pdf(a_certificate(), URL)
    assert made.startswith(b"%PDF-1.")
    assert b"STSong-Light" in made
    assert pages(made) == 1


def test_many_serial_ranges_run_over_to_more_pages() -> None:
    assert pages(certificate_pdf(a_certificate(40), URL)) > 1


def test_another_address_makes_another_code() -> None:
    assert certificate_pdf(a_certificate(), URL) != certificate_pdf(a_certificate(), URL + "?x")
