"""What the operations of the contract are sorted by: the subjects of the house."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

SUBJECTS: Final = {
    "organisations": "Who takes part: applications, users, programs, scenes, issuers, tokens.",
    "people": "Enrolment, consents, homes, households, children, and what a person may ask for.",
    "recording": "Actions: reported, computed, held, looked at again, taken back; imports.",
    "methodologies": "The rules: catalogue, calculator, drafts, signatures, factors.",
    "points": "What people earn: balances, policies, budgets, adjustments.",
    "redemption": "What points buy: codes, tills, offers, stores, bills, payouts.",
    "engagement": "Levels, badges, teams, rankings, personal certificates.",
    "pooling": "Bundles: selected, verified, sealed, issued, made good.",
    "registry": "What was issued, handed on and retired, for everybody to check.",
    "trading": "Listings, auctions, negotiations, orders, payment, delivery, proceeds.",
    "projects": "Projects: designs, validation, registration, monitoring, issue.",
    "complaints": "What went wrong, who answers for it, and until when.",
    "events": "What became of things, for programs that read on.",
    "webhooks": "Where events are sent, and what came of it.",
    "log": "Who did what: every step of those with power.",
    "platform": "The programme's own settings, calendars and tasks, and whether all is well.",
}
_API: Final = ("app", "api")


def subject_of(view: Callable[..., Any]) -> str | None:
    """The subject of an operation; None of a page, which is for people and in no contract."""
    *floor, subject = view.__module__.split(".")[:3]
    return subject if tuple(floor) == _API else None
