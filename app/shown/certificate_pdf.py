"""The certificate as a page to print: what it says, and a QR code that leads to the signed text.

Chinese is set in Adobe's STSong-Light, which readers bring along, so nothing has to be embedded.
The page proves nothing by itself; the signed JSON that it names does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from io import BytesIO
from typing import Any

from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

CHINESE = "STSong-Light"
GREEN, INK, PALE = HexColor("#1f6f4a"), HexColor("#1b2a22"), HexColor("#d5e5dc")
QR_SIDE = 34 * mm
# Runs that the Latin fonts of every reader cannot show.
_CHINESE_RUN = re.compile(r"[^\x00-\x7f]+")

pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))

_TITLE = ParagraphStyle("title", fontSize=22, leading=30, alignment=TA_CENTER, textColor=GREEN)
_SUBTITLE = ParagraphStyle("subtitle", parent=_TITLE, fontSize=14, leading=20)
_TONNES = ParagraphStyle("tonnes", parent=_TITLE, fontSize=34, leading=46, textColor=INK)
_USUAL = ParagraphStyle("usual", fontSize=10.5, leading=15, textColor=INK, splitLongWords=1)
_SMALL = ParagraphStyle("small", parent=_USUAL, fontSize=8, leading=11)


def certificate_pdf(certificate: Mapping[str, Any], url: str) -> bytes:
    """A4 pages about a signed certificate; ``url`` is where its JSON is read."""
    made = BytesIO()
    SimpleDocTemplate(
        made,
        pagesize=A4,
        leftMargin=24 * mm,
        rightMargin=24 * mm,
        topMargin=28 * mm,
        bottomMargin=24 * mm,
        title=f"Certificate of retirement {certificate['retirement_id']}",
        author="Tanpuhui",
        # The same certificate is the same file, byte for byte.
        invariant=1,
    ).build(_content(certificate, url), onFirstPage=_frame, onLaterPages=_frame)
    return made.getvalue()


def facts(certificate: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the page states, as (label, value), in reading order."""
    purpose = certificate["purpose"]
    stated = [
        ("受益人 Beneficiary", certificate["beneficiary"]),
        ("用途 Purpose", f"{purpose['title_zh']} ({purpose['title_en']})"),
        ("期间 Period", certificate["period"]),
        ("注销方 Retired by", certificate["retired_by"]["name"]),
        ("时间 Retired at", certificate["retired_at"]),
        ("编号 Number", certificate["retirement_id"]),
    ]
    for block in certificate["blocks"]:
        stated.append(("序列号 Serials", f"{block['serial']} ({block['quantity_t']} t)"))
        stated.append(("批次 Bundle", f"{block['bundle_id']}, root {block['bundle_root']}"))
    return stated


def _content(certificate: Mapping[str, Any], url: str) -> list[Flowable]:
    signature = certificate["signature"]
    rows = [[_said(label, _USUAL), _said(value, _USUAL)] for label, value in facts(certificate)]
    signed = [
        _said(f"Signed with Ed25519, key {signature['key_id']}.", _SMALL),
        _said("签名原文 The signed text, which anybody can verify offline:", _SMALL),
        _said(url, _SMALL),
    ]
    return [
        _said("减排量注销证书", _TITLE),
        _said("Certificate of retirement", _SUBTITLE),
        Spacer(1, 8 * mm),
        _said(f"{certificate['quantity_t']} t CO2e", _TONNES),
        Spacer(1, 8 * mm),
        Table(
            rows,
            colWidths=[42 * mm, 120 * mm],
            style=TableStyle(
                [
                    ("VALIGN", (0, 0), (-1, -1), "TOP"),
                    ("LINEBELOW", (0, 0), (-1, -1), 0.4, PALE),
                ]
            ),
        ),
        Spacer(1, 10 * mm),
        Table(
            [[signed, _qr_code(url)]],
            colWidths=[122 * mm, 40 * mm],
            style=TableStyle([("VALIGN", (0, 0), (-1, -1), "MIDDLE")]),
        ),
    ]


def _said(text: str, style: ParagraphStyle) -> Paragraph:
    marked = _CHINESE_RUN.sub(
        lambda run: f'<font name="{CHINESE}">{run.group()}</font>', escape(text)
    )
    return Paragraph(marked, style)


def _qr_code(url: str) -> Drawing:
    code = QrCodeWidget(url, barLevel="M")
    left, bottom, right, top = code.getBounds()
    scale = (QR_SIDE / (right - left), 0, 0, QR_SIDE / (top - bottom), 0, 0)
    return Drawing(QR_SIDE, QR_SIDE, code, transform=scale)


def _frame(canvas: Canvas, _document: SimpleDocTemplate) -> None:
    width, height = A4
    canvas.saveState()
    canvas.setStrokeColor(GREEN)
    canvas.setLineWidth(1.2)
    canvas.rect(12 * mm, 12 * mm, width - 24 * mm, height - 24 * mm)
    canvas.restoreState()
