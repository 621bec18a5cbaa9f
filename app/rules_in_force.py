"""The rules of the running programme: the shipped ones and what was published in its books, and
the issuers of the numbers that they make claims of, the scenes that are open, the values that the
programme added to the series by which they count, and the policies by which grams become points.

A process learns of a publication, a withdrawal, a value, an issuer or a scene by asking for two
numbers, at most every ``NEWS_EVERY_S``; whoever asks for the rules next pays for that, one caller
in thousands.
Versions are compiled once and a rulebook never changes: a new one takes its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from threading import Lock
from typing import NamedTuple
from weakref import WeakKeyDictionary, ref
from zoneinfo import ZoneInfo

import structlog

from app.news import News
from app.store.database import Connection, Database
from app.store.faults import DATABASE_FAULTS
from app.store.methodologies.series import published_values
from app.store.methodologies.versions import PublishedTexts, epochs, published, withdrawals
from app.store.organisations.issuers import read_register
from app.store.organisations.scenes import changed_scenes
from app.store.points.policies import published_policies
from behaviours.actions.shipped import load_rulebook, published_version
from behaviours.issuers import Claiming, IssuerRegister
from behaviours.rules.factors import FactorBook, shipped_factors
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.rules.methodology import Version
from behaviours.rules.series_value import SeriesValue
from behaviours.rules.supplying import with_supplied
from behaviours.scene_admission import SceneAdmission
from behaviours.scenes import SceneRegister
from rewards.points.earning import Policies
from rewards.points.policy_reading import PolicyDocument

log = structlog.get_logger(__name__)


class RulesInForce:
    """The current rulebook of each database that this process works with."""

    def __init__(self, zone: ZoneInfo, claim_key: bytes) -> None:
        """``claim_key`` is the secret by which the digests of claims are made."""
        self.zone = zone
        self._claim_key = claim_key
        # Read with the process, so that the first action need not wait and forks share it.
        self._shipped = ProgrammeRulebook(
            load_rulebook().versions(), shipped_factors(), {}, zone, Claiming(key=claim_key)
        )
        self._known: WeakKeyDictionary[Database, _OfDatabase] = WeakKeyDictionary()
        self._compiled: dict[str, Version] = {}
        self._meeting = Lock()

    def of(self, database: Database) -> ProgrammeRulebook:
        """The rules in force by the books of ``database``, at most ``NEWS_EVERY_S`` old."""
        return self._caught_up(database).rulebook

    def policies(self, database: Database, stated: Policies) -> Policies:
        """The ``stated`` policies and those that two published in the books, by the same news."""
        return self._caught_up(database).policies_with(stated)

    def _caught_up(self, database: Database) -> _OfDatabase:
        known = self._known.get(database)
        if known is None:
            with self._meeting:
                known = self._known.setdefault(database, _OfDatabase(self, database))
        known.news.catch_up()
        return known

    def expect_news(self, database: Database) -> None:
        """This process has just changed the rules: whoever asks next waits for the new ones."""
        known = self._known.get(database)
        if known is not None:
            known.news.expect()

    @property
    def shipped(self) -> ProgrammeRulebook:
        """The rules of this release alone."""
        return self._shipped

    def rulebook(
        self,
        documents: Iterable[PublishedTexts],
        withdrawn_from: Mapping[str, date],
        register: IssuerRegister,
        values: Sequence[SeriesValue] = (),
    ) -> ProgrammeRulebook:
        """The shipped rules with what was published and without what was withdrawn, which count
        by the shipped series and the ``values`` that were added to them."""
        book = with_supplied(shipped_factors(), values)
        versions = {each.label: each for each in self._shipped.versions()}
        versions |= {each.label: self._version(each, book) for each in documents}
        return ProgrammeRulebook(
            (each.counting_by(book) for each in versions.values()),
            book,
            withdrawn_from,
            self.zone,
            Claiming(register, self._claim_key),
        )

    def _version(self, kept: PublishedTexts, book: FactorBook) -> Version:
        found = self._compiled.get(kept.digest)
        if found is None:
            name = f"{kept.label}/methodology.yaml"
            found = published_version(kept.document, kept.examples, name, book)
            # Two people signed this content; anything else must not price a single action.
            assert found.digest == kept.digest, f"{kept.label} is not what was published"
            assert found.label == kept.label, f"{kept.label} names itself {found.label}"
            self._compiled[kept.digest] = found
        return found


class _OfDatabase:
    """What is known of one database's programme; holds no database open."""

    def __init__(self, rules: RulesInForce, database: Database) -> None:
        self._rulebook = rules.shipped
        # Until it is known which are open, none is.
        self._scenes = SceneRegister()
        self._scenes_known = 0
        self.rulebook = self._rulebook.with_scenes(self._scenes)
        self.news = News(self._ask)
        self._rules = rules
        self._database = ref(database)
        self._epoch = 0
        self._published: list[PolicyDocument] = []
        # The policies that were asked for last, and what they are with the published ones.
        self._policies: tuple[Policies, Policies] | None = None

    def policies_with(self, stated: Policies) -> Policies:
        """The stated policies and the published ones."""
        known = self._policies
        if known is None or known[0] is not stated:
            known = self._policies = stated, stated.with_published(self._published)
        return known[1]

    def _ask(self) -> bool:
        database = self._database()
        assert database is not None, "whoever asks for the rules holds the database"
        try:
            news = database.transact(_news, self._epoch, self._scenes_known, self._rules.zone)
        except DATABASE_FAULTS as fault:
            # Whoever needs the books will be told; the rules as they were can still be read.
            log.warning("rules_not_refreshed", error=repr(fault))
            return False
        if news.rules is not None:
            self._epoch = news.rules.epoch
            self._rulebook = self._rules.rulebook(*news.rules[1:-1])
            self._published, self._policies = news.rules.policies, None
        if news.scenes:
            self._scenes = self._scenes.changed(news.scenes)
        if news.rules is not None or news.scenes:
            self.rulebook = self._rulebook.with_scenes(self._scenes)
        # Only now: what could not be told is asked for again.
        self._scenes_known = news.scenes_known
        return True


class _Rules(NamedTuple):
    """All by which actions are counted, and what they earn."""

    epoch: int
    documents: list[PublishedTexts]
    withdrawn_from: dict[str, date]
    register: IssuerRegister
    values: list[SeriesValue]
    policies: list[PolicyDocument]


class _News(NamedTuple):
    """What changed: the rules as a whole, where they did, and scenes one by one."""

    rules: _Rules | None
    scenes_known: int
    scenes: list[SceneAdmission]


def _news(connection: Connection, known_epoch: int, scenes_known: int, zone: ZoneInfo) -> _News:
    number, newest_scenes = epochs(connection)
    rules, scenes = None, (scenes_known, list[SceneAdmission]())
    if number != known_epoch:
        rules = _Rules(
            number,
            published(connection),
            withdrawals(connection),
            read_register(connection),
            published_values(connection, zone),
            published_policies(connection),
        )
    if newest_scenes != scenes_known:
        scenes = changed_scenes(connection, scenes_known)
    return _News(rules, *scenes)
