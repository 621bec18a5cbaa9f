"""A policy's document, field by field: from a file, or as it is sent to be published.

Where faults are gathered every one of them is told; without that the first one is raised.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

from behaviours.json_value import JsonObject
from behaviours.vocabulary import ACTION_CLASSES
from rewards.points.caps import PERIODS, PROGRAMME, CapRule, rules_named, scene_name
from rewards.points.first_time import FirstTimeRule
from rewards.points.lot_window import (
    LONGEST_VALIDITY_MONTHS,
    MONTH,
    PERIODS as VALID_TO_END_OF,
    GoodFor,
)
from rewards.points.plain_document import PlainPart

LONGEST_VALIDITY_DAYS = 3_652
LATEST_REPORT_DAYS = 3_660
MOST_POINTS = 10_000_000
# Ten times the points: what is more is a slip of the pen.
LARGEST_PERCENT = 1_000

_FIELDS = (
    *("policy", "version", "title_zh", "title_en", "decided_by", "published_on"),
    *("in_force_from", "in_force_to", "mg_per_point", "rate_source", "hold_days"),
    *("validity_months", "validity_days", "expires_at_month_end", "expires_at_end_of"),
    *("default", "behaviours", "scenes", "programme", "campaigns", "report_within_days"),
    "first_time",
)
_LIMITS = tuple(f"points_per_{period}" for period in PERIODS)


class BehaviourRule(NamedTuple):
    """What one behaviour earns: ``points_each`` per whole unit, or by mass when it is None.

    ``limits`` has the most points of a person in a period, by ``day``, ``week``, ``month``,
    ``year``.
    """

    points_each: int | None = None
    quantity: str | None = None
    points_per_event: int | None = None
    limits: Mapping[str, int] = {}


class Campaign(NamedTuple):
    """For a while the actions of some behaviours bring more points; never more grams.

    Counts for what was done on its days, the last one included: ``percent`` of the points that the
    rule gives, in whole points rounded down, before the caps.
    """

    code: str
    title_zh: str
    title_en: str
    first_day: date
    last_day: date
    behaviours: frozenset[str]
    percent: int

    def covers(self, behaviour: str, on: date) -> bool:
        """Whether an action of this civil day is in it."""
        return behaviour in self.behaviours and self.first_day <= on <= self.last_day


class PolicyDocument(NamedTuple):
    """One checked document; ``digest`` is ``sha256:`` of its canonical content.

    ``content`` is the document as it was written, its days as texts.
    """

    policy: str
    version: str
    title_zh: str
    title_en: str
    in_force_from: date
    in_force_to: date | None
    mg_per_point: Mapping[str, int]
    hold_days: int
    validity: GoodFor
    default: BehaviourRule
    behaviours: Mapping[str, BehaviourRule]
    # What the behaviours of a scene share, and what all share: the most points of each period.
    scenes: Mapping[str, Mapping[str, int]]
    programme: Mapping[str, int]
    campaigns: tuple[Campaign, ...]
    # What is reported more civil days after its own earns nothing; None: whenever it is reported.
    report_within_days: int | None
    first_time: FirstTimeRule
    digest: str
    content: JsonObject

    @property
    def name(self) -> str:
        return f"{self.policy}@{self.version}"

    def caps_of(self, behaviour: str, scene: str) -> list[CapRule]:
        """Every cap that an action shares: its behaviour's, its scene's, and that of all."""
        own = self.behaviours.get(behaviour, self.default).limits
        return [
            *rules_named(behaviour, own),
            *rules_named(scene_name(scene), self.scenes.get(scene, {})),
            *rules_named(PROGRAMME, self.programme),
        ]


def read_policy(
    root: PlainPart, check: Callable[[PlainPart, PolicyDocument], None] | None = None
) -> PolicyDocument:
    """The policy that a document states; ``check`` looks at what is readable as a whole.

    Raises DocumentError, with every fault where they are gathered.
    """
    faults = root.faults
    document = _read(root)
    if faults is None or faults.clean:
        _check_together(root, document)
        if check is not None:
            check(root, document)
    if faults is not None:
        faults.check()
    return document


def _read(root: PlainPart) -> PolicyDocument:
    root.only(*_FIELDS)
    for name in ("decided_by", "rate_source"):
        root.at(name).text()
    # An empty in_force_to says that no end is known yet.
    until = root.maybe("in_force_to")
    within = root.maybe("report_within_days")
    return PolicyDocument(
        policy=root.at("policy").text(),
        version=root.at("version").text(),
        title_zh=root.at("title_zh").text(),
        title_en=root.at("title_en").text(),
        in_force_from=root.at("in_force_from").day(),
        in_force_to=None if until is None or until.plain is None else until.day(),
        mg_per_point=_rates(root.at("mg_per_point")),
        hold_days=root.at("hold_days").whole(366, least=0),
        validity=_validity(root),
        default=_rule(root.at("default")),
        behaviours={code: _rule(rule) for code, rule in root.at("behaviours").items()},
        scenes=_scenes(root),
        programme=_limits(root.maybe("programme")),
        campaigns=_campaigns(root),
        first_time=_first_time(root.maybe("first_time")),
        report_within_days=within.whole(LATEST_REPORT_DAYS, least=0) if within else None,
        digest=_digest(root),
        content=json.loads(json.dumps(root.plain, default=str)),
    )


def _check_together(root: PlainPart, document: PolicyDocument) -> None:
    if document.in_force_to is not None and document.in_force_to < document.in_force_from:
        root.at("in_force_to").flawed("ends_before_start", mend="policy.ends_before_start")
    if document.validity.least_days <= document.hold_days:
        root.at("hold_days").flawed("policy.never_available")


def _validity(root: PlainPart) -> GoodFor:
    """In months or in days, and to the end of which period; each is said in one way."""
    days, end_of = root.maybe("validity_days"), root.maybe("expires_at_end_of")
    for said, other in ((days, "validity_months"), (end_of, "expires_at_month_end")):
        if said is not None and root.has(other):
            said.flawed("policy.said_twice", other=other)
    months = None
    if days is None:
        months = root.at("validity_months").whole(LONGEST_VALIDITY_MONTHS)
    if end_of is not None:
        period: str | None = end_of.one_of(*VALID_TO_END_OF)
    else:
        period = MONTH if root.at("expires_at_month_end").flag() else None
    return GoodFor(months, days.whole(LONGEST_VALIDITY_DAYS) if days else None, period)


def _first_time(part: PlainPart | None) -> FirstTimeRule:
    if part is None:
        return FirstTimeRule()
    part.only("behaviours", "scenes", "programme")
    behaviours, scenes = (
        {code: points.whole(MOST_POINTS) for code, points in said.items()} if said else {}
        for said in (part.maybe("behaviours"), part.maybe("scenes"))
    )
    programme = part.maybe("programme")
    rule = FirstTimeRule(
        behaviours, scenes, programme.whole(MOST_POINTS) if programme is not None else 0
    )
    if rule == FirstTimeRule():
        part.flawed("policy.no_bonus")
    return rule


def _digest(root: PlainPart) -> str:
    """Of the content with sorted keys, so that comments and layout may be improved."""
    canonical = json.dumps(root.plain, sort_keys=True, ensure_ascii=False, default=str)
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


def _rates(part: PlainPart) -> dict[str, int]:
    """The milligrams per point of each action class."""
    part.only(*ACTION_CLASSES)
    return {name: part.at(name).whole(10**12) for name in ACTION_CLASSES}


def _rule(part: PlainPart) -> BehaviourRule:
    part.only("points_per_unit", "points_per_event", *_LIMITS)
    # Without a daily cap one broken reporter could empty the mall in a night.
    part.at("points_per_day")
    per_event = part.maybe("points_per_event")
    rule = BehaviourRule(
        points_per_event=None if per_event is None else per_event.whole(MOST_POINTS),
        limits=_limits(part),
    )
    unit = part.maybe("points_per_unit")
    if unit is None:
        return rule
    unit.only("quantity", "points")
    return rule._replace(
        points_each=unit.at("points").whole(MOST_POINTS), quantity=unit.at("quantity").text()
    )


def _limits(part: PlainPart | None) -> dict[str, int]:
    """The most points of each period that is limited; a longer one never allows less."""
    limits: dict[str, int] = {}
    for period, name in zip(PERIODS, _LIMITS, strict=True):
        said = part.maybe(name) if part is not None else None
        if said is None:
            continue
        limit = said.whole(MOST_POINTS)
        if limits and limit < max(limits.values()):
            said.flawed("policy.shorter_allows_more", most=max(limits.values()))
        limits[period] = limit
    return limits


def _scenes(root: PlainPart) -> dict[str, dict[str, int]]:
    said = root.maybe("scenes")
    found = {}
    for scene, part in said.items() if said is not None else ():
        part.only(*_LIMITS)
        found[scene] = _limits(part)
        if not found[scene]:
            part.flawed("policy.no_limit")
    programme = root.maybe("programme")
    if programme is not None:
        programme.only(*_LIMITS)
        if not _limits(programme):
            programme.flawed("policy.no_limit")
    return found


def _campaigns(root: PlainPart) -> tuple[Campaign, ...]:
    said = root.maybe("campaigns")
    found: list[Campaign] = []
    for code, part in said.items() if said is not None else ():
        campaign = _campaign(code, part, root)
        for other in found:
            if _meet(campaign, other):
                part.flawed("policy.campaigns_meet", other=other.code)
        found.append(campaign)
    return tuple(found)


def _campaign(code: str, part: PlainPart, root: PlainPart) -> Campaign:
    part.only("title_zh", "title_en", "first_day", "last_day", "behaviours", "percent")
    first_day, last_day = part.at("first_day").day(), part.at("last_day").day()
    if last_day < first_day:
        part.at("last_day").flawed("ends_before_start", mend="policy.campaign_ends")
    if first_day < root.at("in_force_from").day():
        part.at("first_day").flawed("policy.campaign_early")
    percent = part.at("percent")
    share = percent.whole(LARGEST_PERCENT)
    if share <= 100:
        percent.flawed("policy.campaign_takes")
    return Campaign(
        code=code,
        title_zh=part.at("title_zh").text(),
        title_en=part.at("title_en").text(),
        first_day=first_day,
        last_day=last_day,
        behaviours=frozenset(each.text() for each in part.at("behaviours").each()),
        percent=share,
    )


def _meet(one: Campaign, other: Campaign) -> bool:
    """Whether an action could be in both, and nobody could say what it brings."""
    same_days = one.first_day <= other.last_day and other.first_day <= one.last_day
    return same_days and bool(one.behaviours & other.behaviours)
