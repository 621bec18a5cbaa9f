"""Reads earning policies from YAML, and refuses nonsense by naming the file and the field."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from behaviours.document import DocumentError, read_plain
from behaviours.vocabulary import ACTION_CLASSES

SHIPPED = Path(__file__).parent / "policies"
LOCK_NAME = "published.lock"
# Shenzhen lets no point live longer than ten years (深圳碳普惠管理办法).
LONGEST_VALIDITY_MONTHS = 120
MOST_POINTS = 10_000_000

_OPTIONAL = frozenset({"in_force_to"})
_REQUIRED = frozenset(
    {
        *("policy", "version", "title_zh", "title_en", "decided_by", "published_on"),
        *("in_force_from", "mg_per_point", "rate_source", "hold_days", "validity_months"),
        *("expires_at_month_end", "default", "behaviours"),
    }
)


class PolicyDocumentError(Exception):
    """A policy document is unusable; the message names the file, the field and the remedy."""


@dataclass(frozen=True, slots=True)
class BehaviourRule:
    """What one behaviour earns: ``points_each`` per whole unit, or by mass when it is None."""

    points_each: int | None = None
    quantity: str | None = None
    points_per_event: int | None = None
    points_per_day: int | None = None


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """One checked document; ``digest`` is ``sha256:`` of its canonical content."""

    policy: str
    version: str
    title_zh: str
    title_en: str
    in_force_from: date
    in_force_to: date | None
    mg_per_point: Mapping[str, int]
    hold_days: int
    validity_months: int
    expires_at_month_end: bool
    default: BehaviourRule
    behaviours: Mapping[str, BehaviourRule]
    digest: str

    @property
    def name(self) -> str:
        return f"{self.policy}@{self.version}"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in which file we are reading, for the sentence of a refusal."""

    path: Path
    field: str = ""

    def __truediv__(self, part: str) -> _Place:
        return _Place(self.path, f"{self.field}.{part}" if self.field else part)

    def refuse(self, remedy: str) -> PolicyDocumentError:
        return PolicyDocumentError(f"{self.path.name}: {self.field}: {remedy}")


def read_documents(root: Path = SHIPPED) -> list[PolicyDocument]:
    """Every ``<policy>/<version>.yaml`` below ``root``, checked, against its published digest.

    Raises DocumentError for what is no plain document, PolicyDocumentError for all else.
    """
    documents = [_read(path) for path in sorted(root.glob("*/*.yaml"))]
    if not documents:
        raise PolicyDocumentError(f"{root}: there is no policy document in any folder here.")
    published = _published(root / LOCK_NAME)
    for document in documents:
        digest = published.get(document.name)
        if digest != document.digest:
            raise PolicyDocumentError(
                f"{LOCK_NAME}: {document.name}: "
                + (
                    "no digest is published. Add the line "
                    if digest is None
                    else "the document was edited after publication. Undo the edit and publish a"
                    " new version instead; its content now has "
                )
                + f"'{document.name} {document.digest}'."
            )
    return documents


def _published(lock: Path) -> dict[str, str]:
    lines = lock.read_text("utf-8").splitlines() if lock.exists() else []
    published = {}
    for number, line in enumerate(lines, 1):
        name, _, digest = line.strip().partition(" ")
        if not name.startswith("#") and name:
            if not digest.startswith("sha256:") or name in published:
                raise PolicyDocumentError(
                    f"{lock.name}: line {number}: must be '<policy>@<version> sha256:<digest>',"
                    " each version once."
                )
            published[name] = digest
    return published


def _read(path: Path) -> PolicyDocument:
    try:
        raw = read_plain(path.read_text("utf-8"), path.name, DocumentError)
    except UnicodeDecodeError as problem:
        raise PolicyDocumentError(f"{path.name}: {problem}") from problem
    here = _Place(path)
    if not isinstance(raw, dict):
        raise here.refuse("the document is not a mapping of fields.")
    _names(raw, _REQUIRED | _OPTIONAL, _REQUIRED, here)
    document = PolicyDocument(
        policy=_text(raw, "policy", here),
        version=_text(raw, "version", here),
        title_zh=_text(raw, "title_zh", here),
        title_en=_text(raw, "title_en", here),
        in_force_from=_day(raw, "in_force_from", here),
        in_force_to=None if raw.get("in_force_to") is None else _day(raw, "in_force_to", here),
        mg_per_point=_rates(raw["mg_per_point"], here / "mg_per_point"),
        hold_days=_whole(raw, "hold_days", here, 0, 366),
        validity_months=_whole(raw, "validity_months", here, 1, LONGEST_VALIDITY_MONTHS),
        expires_at_month_end=_flag(raw, "expires_at_month_end", here),
        default=_rule(raw["default"], here / "default"),
        behaviours=_rules(raw["behaviours"], here / "behaviours"),
        digest=_digest(raw),
    )
    _check_dates_and_names(raw, document, here)
    return document


def _check_dates_and_names(raw: Mapping[str, Any], document: PolicyDocument, here: _Place) -> None:
    _text(raw, "decided_by", here)
    _text(raw, "rate_source", here)
    if _day(raw, "published_on", here) > document.in_force_from:
        raise (here / "published_on").refuse(
            "the rules must be published before the first day on which they are in force."
        )
    if document.in_force_to is not None and document.in_force_to < document.in_force_from:
        raise (here / "in_force_to").refuse("is before in_force_from.")
    if document.validity_months * 28 <= document.hold_days:
        raise (here / "hold_days").refuse("points would expire before they become available.")
    if (document.policy, document.version) != (here.path.parent.name, here.path.stem):
        raise (here / "policy").refuse(
            f"{document.name} must lie in {document.policy}/{document.version}.yaml."
        )


def _digest(raw: Mapping[str, Any]) -> str:
    """Of the content with sorted keys, so that comments and layout may be improved."""
    canonical = json.dumps(raw, sort_keys=True, ensure_ascii=False, default=str)
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


def _names(
    raw: Mapping[str, Any], known: frozenset[str], needed: frozenset[str], here: _Place
) -> None:
    for name in raw:
        if name not in known:
            raise (here / str(name)).refuse(
                f"is not a known field. Known are: {', '.join(sorted(known))}."
            )
    for name in sorted(needed - set(raw)):
        raise (here / name).refuse("is missing.")


def _text(raw: Mapping[str, Any], name: str, here: _Place) -> str:
    value = raw[name]
    if not isinstance(value, str) or not value.strip():
        raise (here / name).refuse(f"must be a text in quotes, not {value!r}.")
    return value


def _day(raw: Mapping[str, Any], name: str, here: _Place) -> date:
    value = raw[name]
    if type(value) is not date:
        raise (here / name).refuse(f"must be a date such as 2026-01-31, not {value!r}.")
    return value


def _flag(raw: Mapping[str, Any], name: str, here: _Place) -> bool:
    value = raw[name]
    if not isinstance(value, bool):
        raise (here / name).refuse(f"must be true or false, not {value!r}.")
    return value


def _whole(raw: Mapping[str, Any], name: str, here: _Place, least: int, most: int) -> int:
    value = raw[name]
    if type(value) is not int or not least <= value <= most:
        raise (here / name).refuse(f"must be a whole number from {least} to {most}, not {value!r}.")
    return value


def _rates(raw: Any, here: _Place) -> dict[str, int]:
    if not isinstance(raw, dict):
        raise here.refuse("must give the milligrams per point of each action class.")
    classes = frozenset(ACTION_CLASSES)
    _names(raw, classes, classes, here)
    return {name: _whole(raw, name, here, 1, 10**12) for name in ACTION_CLASSES}


def _rules(raw: Any, here: _Place) -> dict[str, BehaviourRule]:
    if not isinstance(raw, dict):
        raise here.refuse("must be a mapping from behaviour codes to rules.")
    return {str(code): _rule(rule, here / str(code)) for code, rule in raw.items()}


def _rule(raw: Any, here: _Place) -> BehaviourRule:
    if not isinstance(raw, dict):
        raise here.refuse("must be a mapping with points_per_day and what else applies.")
    known = frozenset({"points_per_unit", "points_per_event", "points_per_day"})
    # Without a daily cap one broken reporter could empty the mall in a night.
    _names(raw, known, frozenset({"points_per_day"}), here)
    per_day = _whole(raw, "points_per_day", here, 1, MOST_POINTS)
    per_event = (
        _whole(raw, "points_per_event", here, 1, MOST_POINTS) if "points_per_event" in raw else None
    )
    if "points_per_unit" not in raw:
        return BehaviourRule(points_per_event=per_event, points_per_day=per_day)
    unit, there = raw["points_per_unit"], here / "points_per_unit"
    if not isinstance(unit, dict):
        raise there.refuse("must give a quantity and its points.")
    both = frozenset({"quantity", "points"})
    _names(unit, both, both, there)
    return BehaviourRule(
        points_each=_whole(unit, "points", there, 1, MOST_POINTS),
        quantity=_text(unit, "quantity", there),
        points_per_event=per_event,
        points_per_day=per_day,
    )
