"""Reads earning policies from YAML, and refuses nonsense by naming the file and the field."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from behaviours.document import DocumentError
from behaviours.said import DocumentFault, fault
from behaviours.vocabulary import ACTION_CLASSES
from rewards.points.plain_document import PlainPart, read_plain_tree

SHIPPED = Path(__file__).parent / "policies"
LOCK_NAME = "published.lock"
# Shenzhen lets no point live longer than ten years (深圳碳普惠管理办法).
LONGEST_VALIDITY_MONTHS = 120
MOST_POINTS = 10_000_000

_FIELDS = (
    *("policy", "version", "title_zh", "title_en", "decided_by", "published_on"),
    *("in_force_from", "in_force_to", "mg_per_point", "rate_source", "hold_days"),
    *("validity_months", "expires_at_month_end", "default", "behaviours"),
)


class BehaviourRule(NamedTuple):
    """What one behaviour earns: ``points_each`` per whole unit, or by mass when it is None."""

    points_each: int | None = None
    quantity: str | None = None
    points_per_event: int | None = None
    points_per_day: int | None = None


class PolicyDocument(NamedTuple):
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


def read_documents(root: Path = SHIPPED) -> list[PolicyDocument]:
    """Every ``<policy>/<version>.yaml`` below ``root``, checked, against its published digest.

    Raises DocumentError.
    """
    documents = [_read(path) for path in sorted(root.glob("*/*.yaml"))]
    if not documents:
        raise DocumentError(str(root), 1, "", fault("policy.none_here"))
    published = _published(root / LOCK_NAME)
    for document in documents:
        wrong = _not_as_published(document, published.get(document.name))
        if wrong is not None:
            raise DocumentError(LOCK_NAME, 1, document.name, wrong)
    return documents


def _not_as_published(document: PolicyDocument, digest: str | None) -> DocumentFault | None:
    name, found = document.name, document.digest
    if digest is None:
        return fault("policy.not_published", name=name, digest=found)
    return None if digest == found else fault("policy.edited", name=name, digest=found)


def _published(lock: Path) -> dict[str, str]:
    published: dict[str, str] = {}
    for number, line in enumerate(_text(lock).splitlines() if lock.exists() else (), 1):
        name, _, digest = line.strip().partition(" ")
        if not name.startswith("#") and name:
            if not digest.startswith("sha256:") or name in published:
                raise DocumentError(lock.name, number, "", fault("policy.lock_line"))
            published[name] = digest
    return published


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as trouble:
        unread = fault("policy.unreadable", reason=type(trouble).__name__)
        raise DocumentError(path.name, 1, "", unread) from trouble


def _read(path: Path) -> PolicyDocument:
    root = read_plain_tree(_text(path), path.name, DocumentError)
    root.only(*_FIELDS)
    for name in ("decided_by", "rate_source"):
        root.at(name).text()
    # An empty in_force_to says that no end is known yet.
    until = root.maybe("in_force_to")
    document = PolicyDocument(
        policy=root.at("policy").text(),
        version=root.at("version").text(),
        title_zh=root.at("title_zh").text(),
        title_en=root.at("title_en").text(),
        in_force_from=root.at("in_force_from").day(),
        in_force_to=None if until is None or until.plain is None else until.day(),
        mg_per_point=_rates(root.at("mg_per_point")),
        hold_days=root.at("hold_days").whole(366, least=0),
        validity_months=root.at("validity_months").whole(LONGEST_VALIDITY_MONTHS),
        expires_at_month_end=root.at("expires_at_month_end").flag(),
        default=_rule(root.at("default")),
        behaviours={code: _rule(rule) for code, rule in root.at("behaviours").items()},
        digest=_digest(root),
    )
    _check_together(root, document, path)
    return document


def _check_together(root: PlainPart, document: PolicyDocument, path: Path) -> None:
    published_on = root.at("published_on")
    if published_on.day() > document.in_force_from:
        raise published_on.wrong("policy.published_late", first=document.in_force_from.isoformat())
    if document.in_force_to is not None and document.in_force_to < document.in_force_from:
        raise root.at("in_force_to").wrong("ends_before_start", mend="policy.ends_before_start")
    if document.validity_months * 28 <= document.hold_days:
        raise root.at("hold_days").wrong("policy.never_available")
    if (document.policy, document.version) != (path.parent.name, path.stem):
        raise root.at("policy").wrong(
            "policy.other_place",
            name=document.name,
            place=f"{document.policy}/{document.version}.yaml",
        )


def _digest(root: PlainPart) -> str:
    """Of the content with sorted keys, so that comments and layout may be improved."""
    canonical = json.dumps(root.plain, sort_keys=True, ensure_ascii=False, default=str)
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


def _rates(part: PlainPart) -> dict[str, int]:
    """The milligrams per point of each action class."""
    part.only(*ACTION_CLASSES)
    return {name: part.at(name).whole(10**12) for name in ACTION_CLASSES}


def _rule(part: PlainPart) -> BehaviourRule:
    part.only("points_per_unit", "points_per_event", "points_per_day")
    # Without a daily cap one broken reporter could empty the mall in a night.
    per_day = part.at("points_per_day").whole(MOST_POINTS)
    per_event = part.maybe("points_per_event")
    rule = BehaviourRule(
        points_per_event=None if per_event is None else per_event.whole(MOST_POINTS),
        points_per_day=per_day,
    )
    unit = part.maybe("points_per_unit")
    if unit is None:
        return rule
    unit.only("quantity", "points")
    return rule._replace(
        points_each=unit.at("points").whole(MOST_POINTS), quantity=unit.at("quantity").text()
    )
