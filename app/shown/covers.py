"""What is said of units that rest on reversed reductions: of what covers them, and what does not.

No sentence says that something was made good without the posting that did it.
"""

from __future__ import annotations

from uuid import UUID

from app.ids import public
from app.messages.catalogues import text
from behaviours.rules.units import kg
from rewards.registry.cover import BundleCover
from rewards.registry.holder_notice import TAKEN_BACK, HolderNotice


def cover_sentences(cover: BundleCover, language: str) -> list[str]:
    """That the units of a bundle rest in part on reversed reductions, and what became of those."""
    facts = {"bundle_id": public("bdl", cover.bundle_id), "reversed_kg": kg(cover.reversed_mg)}
    return [
        text("note:rests_on_reversed", language, facts),
        *(_made_good(line.mg, line.posting_id, language) for line in cover.lines),
        *_short_by(cover.shortfall_mg, language),
    ]


def notice_sentences(notice: HolderNotice, language: str) -> list[str]:
    """What a holder is told: what was taken back or replaced, and what is still short."""
    facts = {"bundle_id": public("bdl", notice.bundle_id), "reversed_kg": kg(notice.reversed_mg)}
    if notice.kind == TAKEN_BACK:
        said = [text("note:units_taken_back", language, facts)]
    else:
        said = [text("note:units_replaced", language, facts)]
    if notice.posting_id:
        said.append(_made_good(notice.covered_mg, notice.posting_id, language))
    return [*said, *_short_by(notice.shortfall_mg, language)]


def _made_good(mg: int, posting_id: UUID, language: str) -> str:
    facts = {"kg": kg(mg), "posting_id": public("pst", posting_id)}
    return text("note:made_good_by", language, facts)


def _short_by(shortfall_mg: int, language: str) -> list[str]:
    if not shortfall_mg:
        return []
    return [text("note:short_by", language, {"shortfall_kg": kg(shortfall_mg)})]
