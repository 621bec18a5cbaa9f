"""The certificate as a page to print: what it says, and a QR code that leads to its page.

There a browser checks the signed text, and reads what became of it since.

The page proves nothing by itself; the signed JSON does, which is attached to it as a file.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, Final
from zoneinfo import ZoneInfo

import segno

from app.shown.covers import cover_sentences
from app.shown.paper import Paper
from behaviours.civil_time import civil_text
from behaviours.json_value import JsonObject
from behaviours.region_register import named_regions
from rewards.registry.certificate import BENEFICIARY_REGION, CASE_REFERENCE, FOOTPRINT
from rewards.registry.cover import BundleCover

ATTACHED: Final = "certificate.json"
QR_SIDE_MM: Final = 34
LABEL_MM: Final = 42


def certificate_pdf(
    certificate: Any,
    url: str,
    zone: ZoneInfo,
    covers: Sequence[BundleCover] = (),
    *,
    page_url: str,
) -> bytes:
    """A4 pages about a signed certificate; ``url`` is where its JSON is read.

    ``zone`` is the programme's, whose clocks the page goes by, and ``page_url`` the page of the
    registry that says what became of it since.

    ``covers`` are of those of its bundles of which something was taken back since: the certificate
    stays as it was signed, and the page says what became of that.
    """
    retired_at = datetime.fromisoformat(certificate["retired_at"])
    paper = Paper(f"Certificate of retirement {certificate['retirement_id']}", retired_at)
    paper.heading("减排量注销证书", 22)
    paper.heading("Certificate of retirement", 14)
    paper.ln(8)
    paper.heading(f"{certificate['quantity_t']} t CO2e", 34, colour=(27, 42, 34))
    paper.ln(8)
    paper.facts([*facts(certificate, zone), *notes(covers)], LABEL_MM)
    paper.ln(8)
    foot(
        paper,
        page_url,
        f"Signed with Ed25519, key {certificate['signature']['key_id']}.",
        f"签名原文（内附 {ATTACHED}）可离线核验。 The signed text ({ATTACHED}, attached) can be"
        " verified offline. It is also read at",
        url,
        "现时状态与附注 What became of it since, with every note:",
        page_url,
    )
    return with_signed_text(paper, certificate, retired_at)


def facts(certificate: Any, zone: ZoneInfo) -> list[tuple[str, str]]:
    """What the page states, as (label, value), in reading order."""
    purpose = certificate["purpose"]
    stated = [
        ("受益人 Beneficiary", certificate["beneficiary"]),
        ("用途 Purpose", f"{purpose['title_zh']} ({purpose['title_en']})"),
        ("期间 Period", certificate["period"]),
        *_grounds(certificate),
        ("注销方 Retired by", certificate["retired_by"]["name"]),
        ("时间 Retired at", civil_text(datetime.fromisoformat(certificate["retired_at"]), zone)),
        ("编号 Number", certificate["retirement_id"]),
    ]
    for block in certificate["blocks"]:
        stated.append(("序列号 Serials", f"{block['serial']} ({block['quantity_t']} t)"))
        stated.append(("批次 Bundle", f"{block['bundle_id']}, root {block['bundle_root']}"))
    return stated


def _grounds(certificate: Any) -> list[tuple[str, str]]:
    """What only some uses state; the lines of a footprint stand in the signed text."""
    stated = []
    if region := certificate.get(BENEFICIARY_REGION):
        name = named_regions().get(region, "")
        stated.append(("所在地 Place", f"{name} {region}".strip()))
    if case := certificate.get(CASE_REFERENCE):
        stated.append(("案件编号 Case", case))
    if footprint := certificate.get(FOOTPRINT):
        covered = f"{footprint['total_kg']} kg CO2e, {len(footprint['lines'])}"
        stated.append(("碳足迹 Footprint", f"{covered} 项来源 sources"))
    return stated


def notes(covers: Sequence[BundleCover]) -> list[tuple[str, str]]:
    """What the page says of reversed reductions, as (label, value), in both languages."""
    return [
        ("附注 Note", "".join(cover_sentences(each, "zh-CN")) + " " + " ".join(in_english))
        for each in covers
        for in_english in (cover_sentences(each, "en"),)
    ]


def with_signed_text(paper: Paper, certificate: JsonObject, made_at: datetime) -> bytes:
    """The finished file, with the signed text attached to it."""
    paper.embed_file(
        bytes=json.dumps(certificate, ensure_ascii=False, indent=1).encode(),
        basename=ATTACHED,
        modification_date=made_at,
        mime_type="application/json",
        desc="The signed text of this certificate",
    )
    return paper.finished()


def foot(paper: Paper, url: str, *lines: str) -> None:
    """What is said of the signature in small print, and beside it a code that leads to ``url``."""
    paper.unbroken_room(QR_SIDE_MM)
    top = paper.get_y()
    picture = BytesIO()
    segno.make_qr(url, error="m").save(picture, kind="png", scale=8, border=4)
    paper.image(picture, x=paper.w - paper.r_margin - QR_SIDE_MM, y=top, w=QR_SIDE_MM)
    paper.set_y(top + 6)
    paper.small(*lines, width_mm=paper.epw - QR_SIDE_MM - 6)
    paper.set_y(max(paper.get_y(), top + QR_SIDE_MM))
