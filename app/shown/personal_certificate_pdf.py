"""A person's certificate as a page to print, with a QR code that leads to how it stands.

As with a retirement's, the page proves nothing by itself; the signed text that is attached does.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from app.shown.certificate_pdf import ATTACHED, LABEL_MM, foot, with_signed_text
from app.shown.paper import Paper
from behaviours.civil_time import civil_text


def personal_certificate_pdf(certificate: Any, url: str) -> bytes:
    """A4 pages about a signed certificate; ``url`` is where anybody looks its number up."""
    issued_at = datetime.fromisoformat(certificate["issued_at"])
    paper = Paper(f"Record of reductions {certificate['number']}", issued_at)
    paper.heading("个人减排记录证明", 22)
    paper.heading("Record of personal reductions", 14)
    paper.ln(8)
    paper.heading(f"{certificate['reduction_kg']} kg CO2e", 34, colour=(27, 42, 34))
    paper.ln(8)
    paper.facts(personal_facts(certificate), LABEL_MM)
    paper.ln(8)
    foot(
        paper,
        url,
        f"Signed with Ed25519, key {certificate['signature']['key_id']}.",
        f"签名原文（内附 {ATTACHED}）可离线核验。 The signed text ({ATTACHED}, attached) can be"
        " verified offline. 现时状态 How it stands now:",
        url,
    )
    return with_signed_text(paper, certificate, issued_at)


_TITLES: Final = {"zh": "说明", "en": "What it is"}


def personal_facts(certificate: Any) -> list[tuple[str, str]]:
    """What the page states, as (label, value), in reading order."""
    programme, period = certificate["programme"], certificate["period"]
    issued_at = datetime.fromisoformat(certificate["issued_at"])
    return [
        ("项目 Programme", f"{programme['zh']} {programme['en']}"),
        ("日期 Days", f"{period['from']} – {period['to']} ({period['zone']})"),
        ("行为次数 Actions", certificate["actions"]),
        *(
            (f"行为 {each['behaviour']}", f"{each['actions']}, {each['reduction_kg']} kg CO2e")
            for each in certificate["lines"]
        ),
        ("时间 Issued at", civil_text(issued_at, ZoneInfo(period["zone"]))),
        ("编号 Number", certificate["number"]),
        *((_TITLES[each], certificate["statement"][each]) for each in ("zh", "en")),
    ]
