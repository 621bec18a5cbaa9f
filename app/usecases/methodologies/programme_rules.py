"""The rules of the running programme: the shipped ones and what was published in its books.

A process learns of a publication or withdrawal by asking for the epoch, a number in one row, at
most every ``NEWS_EVERY_S``; whoever asks for the rules next pays for that, one caller in thousands.
Versions are compiled once and a rulebook never changes: a new one takes its place.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

import structlog

from app.store.database import Connection, Database
from app.store.faults import DATABASE_FAULTS
from app.store.methodologies.versions import Published, epoch, published, withdrawals
from app.usecases.methodologies.refusals import MethodologyWithdrawn
from behaviours.actions.shipped import load_rulebook, load_version
from behaviours.people import SCENE_CATEGORIES
from behaviours.rules.factors import FactorBook, shipped_factors
from behaviours.rules.methodology import Version
from behaviours.rules.rulebook import Rulebook

log = structlog.get_logger(__name__)

NEWS_EVERY_S = 0.5
NEVER = float("-inf")


class ProgrammeRulebook(Rulebook):
    """A rulebook that knows withdrawals. What was recorded before still recomputes."""

    def __init__(
        self,
        versions: Iterable[Version],
        book: FactorBook,
        withdrawn_from: Mapping[str, date],
        zone: ZoneInfo,
    ) -> None:
        super().__init__(versions, book)
        # Whose civil days choose the version of an action.
        self.zone = zone
        self.withdrawn_from = dict(withdrawn_from)
        # The name of each region by its code.
        self.regions = book.regions
        self.scenes = frozenset(SCENE_CATEGORIES) | {each.code for each in self.behaviours()}

    def version_for(self, behaviour: str, on: date, region: str) -> Version:
        """As before; a rule that was withdrawn is not replaced by the one it had superseded."""
        found = super().version_for(behaviour, on, region)
        if self.withdrawn_from:
            self.check_not_withdrawn(found, on)
        return found

    def check_not_withdrawn(self, version: Version, on: date) -> None:
        """Raises MethodologyWithdrawn."""
        ended = self.withdrawn_from.get(version.label)
        if ended is not None and on >= ended:
            raise MethodologyWithdrawn(
                f"{version.label} was withdrawn from {ended} on and no rule has taken its place. "
                "Actions of earlier days can still be reported.",
                pointer="/occurred_at",
                details={"withdrawn_from": ended.isoformat()},
            )


@dataclass(slots=True)
class _Known:
    """What is known of one database's programme."""

    rulebook: ProgrammeRulebook
    epoch: int = 0
    asked_at_s: float = NEVER


class ProgrammeRules:
    """The current rulebook of each database that this process works with."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        # Read with the process, so that the first action need not wait and forks share it.
        self._shipped = ProgrammeRulebook(load_rulebook().versions(), shipped_factors(), {}, zone)
        self._known: WeakKeyDictionary[Database, _Known] = WeakKeyDictionary()
        self._compiled: dict[str, Version] = {}
        self._asking = threading.Lock()

    def of(self, database: Database) -> ProgrammeRulebook:
        """The rules in force by the books of ``database``, at most ``NEWS_EVERY_S`` old."""
        known = self._known.get(database)
        if known is None or known.asked_at_s == NEVER:
            known = self._first(database)
        # One caller asks; the others go on with what is known.
        elif time.monotonic() - known.asked_at_s > NEWS_EVERY_S and self._asking.acquire(
            blocking=False
        ):
            try:
                self._ask(database, known)
            finally:
                self._asking.release()
        return known.rulebook

    def expect_news(self, database: Database) -> None:
        """This process has just changed the rules: whoever asks next waits for the new ones."""
        known = self._known.get(database)
        if known is not None:
            known.asked_at_s = NEVER

    def _first(self, database: Database) -> _Known:
        """Nobody goes on before the books were asked: an action could meet yesterday's rule."""
        with self._asking:
            known = self._known.setdefault(database, _Known(self._shipped))
            if known.asked_at_s == NEVER:
                self._ask(database, known)
            return known

    def _ask(self, database: Database, known: _Known) -> None:
        asked_at_s, began = time.monotonic(), known.epoch
        try:
            news = database.transact(_news, began)
        except DATABASE_FAULTS as fault:
            # Whoever needs the books will be told; the rules as they were can still be read.
            log.warning("rules_not_refreshed", error=repr(fault))
            return
        if news is not None:
            number, documents, withdrawn = news
            known.rulebook = self._rulebook(documents, withdrawn)
            known.epoch = number
        known.asked_at_s = asked_at_s

    def _rulebook(
        self, documents: Iterable[Published], withdrawn_from: Mapping[str, date]
    ) -> ProgrammeRulebook:
        versions = {each.label: each for each in self._shipped.versions()}
        versions |= {each.label: self._version(each) for each in documents}
        return ProgrammeRulebook(versions.values(), shipped_factors(), withdrawn_from, self._zone)

    def _version(self, kept: Published) -> Version:
        found = self._compiled.get(kept.digest)
        if found is None:
            found = load_version(kept.document, kept.examples, f"{kept.label}/methodology.yaml")
            # Two people signed this content; anything else must not price a single action.
            assert found.digest == kept.digest, f"{kept.label} is not what was published"
            assert found.label == kept.label, f"{kept.label} names itself {found.label}"
            self._compiled[kept.digest] = found
        return found


def _news(
    connection: Connection, known_epoch: int
) -> tuple[int, list[Published], dict[str, date]] | None:
    number = epoch(connection)
    if number == known_epoch:
        return None
    return number, published(connection), withdrawals(connection)
