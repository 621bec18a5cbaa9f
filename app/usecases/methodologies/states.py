"""Where a published version stands on a day: in force, superseded, withdrawn, and so on."""

from __future__ import annotations

from datetime import date

from app.usecases.methodologies.programme_rules import ProgrammeRulebook
from behaviours.refusal import Refusal
from behaviours.rules.methodology import Version


def state_of(version: Version, rulebook: ProgrammeRulebook, on: date) -> str:
    """``published`` before its first day, ``in_force`` while it prices actions of some region."""
    withdrawn_from = rulebook.withdrawn_from.get(version.label)
    if withdrawn_from is not None and withdrawn_from <= on:
        return "withdrawn"
    if on < version.starts_on:
        return "published"
    if version.awaiting:
        # It lacks figures and takes no action.
        return "awaiting"
    if not version.in_force(on):
        return "ended"
    regions = version.regions if version.regions is not None else version.book.regions
    if any(_prices(version, rulebook, on, region) for region in regions):
        return "in_force"
    return "superseded"


def _prices(version: Version, rulebook: ProgrammeRulebook, on: date, region: str) -> bool:
    try:
        return rulebook.version_for(version.behaviour, on, region) is version
    except Refusal:
        # A successor that was withdrawn still supersedes.
        return False
