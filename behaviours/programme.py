"""The programme: everything that differs from one programme to the next, as a published document.

A document (``programme.yaml``; the shipped one is ``programmes/default.yaml`` and explains each
field) is a list of dated versions. The newest version whose day has come is in force. What the
books were made by - zone, currency, serial prefix - is the same in all of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from behaviours.checks import Checks, read_checks
from behaviours.client_terms import ClientTerms, read_client_terms
from behaviours.complaint_terms import ComplaintTerms, read_complaint_terms
from behaviours.compliance_terms import ComplianceTerms, read_compliance_terms
from behaviours.data_protection import DataProtectionTerms, read_data_protection
from behaviours.document import (
    DocumentError,
    DocumentOrigin,
    Part,
    Tree,
    ValueLines,
    canonical_digest,
)
from behaviours.engagement_terms import EngagementTerms, read_engagement_terms
from behaviours.hold_terms import HoldTerms, read_hold_terms
from behaviours.paper_terms import PaperTerms, read_paper_terms
from behaviours.payment_terms import PaymentTerms, read_payment_terms
from behaviours.peoples_terms import PeoplesTerms, read_peoples_terms
from behaviours.points_terms import PointsTerms, read_points_terms
from behaviours.proceeds_terms import ProceedsTerms, read_proceeds_terms
from behaviours.project_terms import ProjectTerms, read_project_terms
from behaviours.quotas import Quotas, read_quotas
from behaviours.refusal import Conflict, Invalid
from behaviours.retention import RetentionTerms, read_retention
from behaviours.said import fault
from behaviours.settlement_terms import SettlementTerms, read_settlement_terms
from behaviours.staff_terms import SessionTerms, read_session_terms, read_signed_for
from behaviours.statistics_terms import StatisticsTerms, read_statistics_terms
from behaviours.working_days import CALENDARS, WorkingDays
from behaviours.yaml_text import read_tree
from behaviours.zones import zone_named

SHIPPED = Path(__file__).parent / "programmes" / "default.yaml"
# What days, amounts and numbers in the books were made by.
FIXED = ("zone", "currency", "serial_prefix")
LOCALES = ("zh-CN", "en")
# What holds where a version does not state it.
LEAST_SIZE = 30
# 30 g, 100 g, 300 g, … 1 t: within a stratum the largest is about three times the smallest.
MASS_CUTS_MG = tuple(
    sorted({10_000 * 10**power for power in range(1, 6)} | {30_000 * 10**p for p in range(5)})
)
ROTATION = 3
ACCEPT_WITHIN_DAYS = 5
OPINION_WITHIN_DAYS = 20
# No document makes a plan worse than this; one that states less means this.
LEAST_CONFIDENCE = Decimal("0.90")
WIDEST_PRECISION = Decimal("0.10")

_FIELDS = (
    *("version", "effective_from", "name", "zone", "currency", "serial_prefix"),
    *("reserve_per_mille", "pay_within_minutes", "code_lifetime_seconds", "notice"),
    *("sampling", "points_policy", "locales"),
)
_OPTIONAL = (
    *("people", "holds", "quotas", "checks", "complaints", "signatures", "sessions", "clients"),
    *("papers", "projects", "retention", "data_protection", "proceeds"),
    *("payments", "compliance", "settlement", "statistics", "points", "engagement"),
)
_DAYS_OF_VERIFIERS = ("accept_within_days", "opinion_within_days")
_OF_SAMPLING = ("least_size", "rotation", "mass_cuts_g", *_DAYS_OF_VERIFIERS)
_CURRENCY = re.compile(r"[A-Z]{3}")
_PREFIX = re.compile(r"[A-Z][A-Z0-9]{1,7}")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")


class InvalidProgramme(Invalid):
    """A programme's document cannot be used; file, line and field say where, the remedy how."""

    @classmethod
    def of(cls, wrong: DocumentError) -> InvalidProgramme:
        return cls(**{**wrong.facts, "field": wrong.facts["field"] or "document"})


class ProgrammeChanged(Conflict):
    """The document does not follow from what was published of it.

    ``fixed``: a field that never changes is another; ``content``: a published version says
    something else; ``missing``: it is not in the document; ``unpublished``: the document has a
    version that was not published; ``past``: a new version would be in force already.
    """

    cases = ("fixed", "content", "missing", "unpublished", "past")


class Notice(NamedTuple):
    """Public notice before a bundle is sealed: the least working days, and which days work."""

    working_days: int
    calendar: WorkingDays


@dataclass(frozen=True, slots=True)
class Sampling:
    """What a verifier's plan must promise at least, and how it is laid out.

    Confidence; precision below a share of the mass; actions looked at (or all); the masses in mg
    at which one stratum ends and the next begins; for how many submissions whoever verified one is
    not drawn again; and within how many working days a verifier accepts or declines what it is
    given, and gives its opinion of what it accepted.
    """

    least_confidence: Decimal
    widest_precision: Decimal
    least_size: int = LEAST_SIZE
    mass_cuts_mg: tuple[int, ...] = MASS_CUTS_MG
    rotation: int = ROTATION
    accept_within_days: int = ACCEPT_WITHIN_DAYS
    opinion_within_days: int = OPINION_WITHIN_DAYS


@dataclass(frozen=True, slots=True)
class Programme:
    """One dated version. ``digest`` is ``sha256:`` of its content, ``tree`` the content as read."""

    version: str
    effective_from: date
    name_zh: str
    name_en: str
    zone: ZoneInfo
    currency: str
    serial_prefix: str
    reserve_per_mille: int
    pay_within: timedelta
    code_lifetime: timedelta
    notice: Notice
    sampling: Sampling
    people: PeoplesTerms
    holds: HoldTerms
    quotas: Quotas
    # How long one person's word stands while another's is missing.
    signed_for: timedelta
    sessions: SessionTerms
    checks: Checks
    complaints: ComplaintTerms
    clients: ClientTerms
    papers: PaperTerms
    projects: ProjectTerms
    retention: RetentionTerms
    data_protection: DataProtectionTerms
    # How sales are shared; a version without a rule shares nothing.
    proceeds: ProceedsTerms | None
    payments: PaymentTerms
    compliance: ComplianceTerms
    settlement: SettlementTerms
    statistics: StatisticsTerms
    points: PointsTerms
    engagement: EngagementTerms
    points_policy: str
    locales: tuple[str, ...]
    digest: str
    tree: Mapping[str, Tree]

    def fixed(self) -> dict[str, str]:
        """What must be the same in every version of one installation."""
        return {name: str(self.tree[name]) for name in FIXED}


class Programmes:
    """Every version of one programme in the order of their days; at least one."""

    def __init__(self, versions: Sequence[Programme]) -> None:
        assert versions, "a programme has a version"
        self.versions = tuple(sorted(versions, key=lambda one: one.effective_from))

    @property
    def zone(self) -> ZoneInfo:
        """Whose days, months and years the programme counts; the same in every version."""
        return self.versions[0].zone

    def on(self, day: date) -> Programme:
        """The version in force on a day; before the first day, the first version."""
        begun = [each for each in self.versions if each.effective_from <= day]
        return begun[-1] if begun else self.versions[0]

    def announced(self, day: date) -> list[Programme]:
        """The versions that come into force after a day, the next one first."""
        return [each for each in self.versions if each.effective_from > day]


def load_programmes(path: Path = SHIPPED) -> Programmes:
    """The versions of a document on disk; raises InvalidProgramme."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as trouble:
        unread = fault("no_programme", reason=type(trouble).__name__)
        raise InvalidProgramme(
            file=str(path), line=1, field="document", **unread._asdict()
        ) from trouble
    return read_programmes(text, path.name)


def read_programmes(text: str, source: str) -> Programmes:
    """The versions of a document, checked whole; raises InvalidProgramme at the first fault."""
    try:
        root = read_tree(text, source, DocumentError)
        root.only("versions")
        versions = [_version(part) for part in root.at("versions").each()]
        if not versions:
            raise root.at("versions").wrong("no_version")
        _check_together(list(root.at("versions").each()), versions)
    except DocumentError as wrong:
        raise InvalidProgramme.of(wrong) from wrong
    return Programmes(versions)


def restated(tree: Mapping[str, Tree]) -> Programme:
    """A version again from its content, as it was kept when it was published."""
    return _version(
        Part(dict(tree), DocumentOrigin("the published programme", DocumentError, ValueLines()))
    )


def check_follows(published: Sequence[Programme], stated: Programmes) -> list[Programme]:
    """The stated versions that are not published yet, of a document that keeps all that are.

    Raises ProgrammeChanged.
    """
    by_version = {each.version: each for each in stated.versions}
    for kept in published:
        for field, was in kept.fixed().items():
            for each in stated.versions:
                if each.tree[field] != was:
                    raise ProgrammeChanged("fixed", field=field, was=was, stated=each.tree[field])
        found = by_version.get(kept.version)
        if found is None:
            raise ProgrammeChanged("missing", version=kept.version)
        if found.digest != kept.digest:
            raise ProgrammeChanged("content", version=kept.version, published_digest=kept.digest)
    known = {each.version for each in published}
    return [each for each in stated.versions if each.version not in known]


def check_publishable(
    published: Sequence[Programme], stated: Programmes, today: date
) -> list[Programme]:
    """What a publication would add: nothing that would have been in force already.

    The first document of an installation may say what it likes. Raises ProgrammeChanged.
    """
    added = check_follows(published, stated)
    for each in added if published else ():
        if each.effective_from <= today:
            raise ProgrammeChanged(
                "past",
                version=each.version,
                effective_from=each.effective_from.isoformat(),
                today=today.isoformat(),
            )
    return added


def _check_together(parts: Sequence[Part], versions: Sequence[Programme]) -> None:
    for earlier, later, part in zip(versions, versions[1:], parts[1:], strict=False):
        if later.effective_from <= earlier.effective_from:
            raise part.at("effective_from").wrong("versions_out_of_order")
        for field in FIXED:
            if later.tree[field] != earlier.tree[field]:
                raise part.at(field).wrong("fixed_changed", was=earlier.tree[field])
    names = [each.version for each in versions]
    for part, name in zip(parts, names, strict=True):
        if names.count(name) > 1:
            raise part.at("version").wrong("version_twice", name=name)


def _version(part: Part) -> Programme:
    part.only(*_FIELDS, *_OPTIONAL)
    name = part.at("name")
    name.only("zh", "en")
    assert isinstance(part.value, dict)
    people, checks = read_peoples_terms(part.maybe("people")), read_checks(part.maybe("checks"))
    return Programme(
        version=_matching(part.at("version"), _VERSION, "version"),
        effective_from=part.at("effective_from").day(),
        name_zh=name.at("zh").text(),
        name_en=name.at("en").text(),
        zone=_zone(part.at("zone")),
        currency=_matching(part.at("currency"), _CURRENCY, "currency"),
        serial_prefix=_matching(part.at("serial_prefix"), _PREFIX, "serial_prefix"),
        reserve_per_mille=part.at("reserve_per_mille").whole(500, least=0),
        pay_within=timedelta(minutes=part.at("pay_within_minutes").whole(10_080)),
        code_lifetime=timedelta(seconds=part.at("code_lifetime_seconds").whole(600, least=10)),
        notice=_notice(part.at("notice")),
        sampling=_sampling(part.at("sampling")),
        people=people,
        holds=read_hold_terms(part.maybe("holds")),
        quotas=read_quotas(part.maybe("quotas")),
        signed_for=read_signed_for(part.maybe("signatures")),
        sessions=read_session_terms(part.maybe("sessions")),
        checks=checks,
        complaints=read_complaint_terms(part.maybe("complaints")),
        clients=read_client_terms(part.maybe("clients")),
        papers=read_paper_terms(part.maybe("papers")),
        projects=read_project_terms(part.maybe("projects")),
        retention=read_retention(
            part.maybe("retention"),
            places_days=checks.places_for.days,
            tombstone_months=people.tombstone_months,
        ),
        data_protection=read_data_protection(part.maybe("data_protection")),
        proceeds=read_proceeds_terms(part.maybe("proceeds")),
        payments=read_payment_terms(part.maybe("payments")),
        compliance=read_compliance_terms(part.maybe("compliance")),
        settlement=read_settlement_terms(part.maybe("settlement")),
        statistics=read_statistics_terms(part.maybe("statistics")),
        points=read_points_terms(part.maybe("points")),
        engagement=read_engagement_terms(part.maybe("engagement")),
        points_policy=part.at("points_policy").text(),
        locales=_locales(part.at("locales")),
        digest=canonical_digest(part.value),
        tree=part.value,
    )


def _notice(part: Part) -> Notice:
    part.only("working_days", "calendar", "holidays", "workdays")
    holidays, workdays = (
        frozenset(day.day() for day in part.at(name).each()) for name in ("holidays", "workdays")
    )
    if both := holidays & workdays:
        raise part.at("workdays").wrong("holiday_too", day=min(both).isoformat())
    calendar = WorkingDays(part.at("calendar").one_of(*CALENDARS), holidays, workdays)
    return Notice(part.at("working_days").whole(365, least=0), calendar)


def _sampling(part: Part) -> Sampling:
    part.only("least_confidence", "widest_precision", *_OF_SAMPLING)
    size, rotation, cuts, accept, opinion = (part.maybe(name) for name in _OF_SAMPLING)
    return Sampling(
        max(LEAST_CONFIDENCE, _share(part.at("least_confidence"))),
        min(WIDEST_PRECISION, _share(part.at("widest_precision"))),
        least_size=size.whole(10_000, least=LEAST_SIZE) if size else LEAST_SIZE,
        rotation=rotation.whole(100, least=0) if rotation else ROTATION,
        mass_cuts_mg=_cuts(cuts) if cuts else MASS_CUTS_MG,
        accept_within_days=accept.whole(365) if accept else ACCEPT_WITHIN_DAYS,
        opinion_within_days=opinion.whole(365) if opinion else OPINION_WITHIN_DAYS,
    )


def _cuts(part: Part) -> tuple[int, ...]:
    """Rising masses in whole grams, in mg; none is one stratum for each behaviour."""
    found = tuple(1000 * each.whole(10**9) for each in part.each())
    if any(later <= earlier for earlier, later in pairwise(found)):
        raise part.wrong("cuts_out_of_order")
    return found


def _zone(part: Part) -> ZoneInfo:
    name = part.text()
    try:
        return zone_named(name)
    except ValueError:
        raise part.wrong("not_a_zone", name=name) from None


def _matching(part: Part, pattern: re.Pattern[str], shape: str) -> str:
    value = part.text()
    if pattern.fullmatch(value) is None:
        raise part.wrong("other_shape", value=value, shape=shape)
    return value


def _share(part: Part) -> Decimal:
    value = part.number()
    if not 0 < value <= 1:
        raise part.wrong("not_a_share")
    return value


def _locales(part: Part) -> tuple[str, ...]:
    found = tuple(each.one_of(*LOCALES) for each in part.each())
    if not found or len(set(found)) < len(found):
        raise part.wrong("languages_doubled", allowed=", ".join(LOCALES))
    return found
