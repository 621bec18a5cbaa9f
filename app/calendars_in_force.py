"""The days that were supplied for years, as every process knows them within a second."""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakKeyDictionary, ref

import structlog

from app.news import News
from app.store.database import Connection, Database
from app.store.faults import DATABASE_FAULTS
from app.store.platform.calendars import all_years, signatures_given
from behaviours.calendars import CalendarYear, newest

log = structlog.get_logger(__name__)
_NOTHING_KNOWN = -1


class CalendarsInForce:
    """What was published last of each year, for each database that this process works with."""

    def __init__(self) -> None:
        self._known: WeakKeyDictionary[Database, _Supplied] = WeakKeyDictionary()

    def of(self, database: Database) -> Mapping[int, CalendarYear]:
        """By year, at most ``NEWS_EVERY_S`` old."""
        known = self._known.get(database)
        if known is None:
            known = self._known.setdefault(database, _Supplied(database))
        known.news.catch_up()
        return known.years

    def expect_news(self, database: Database) -> None:
        """This process has just published a year: whoever asks next waits for it."""
        known = self._known.get(database)
        if known is not None:
            known.news.expect()


class _Supplied:
    """What is known of one database; holds no database open."""

    def __init__(self, database: Database) -> None:
        self.years: Mapping[int, CalendarYear] = {}
        self.news = News(self._ask)
        self._database = ref(database)
        self._signatures = _NOTHING_KNOWN

    def _ask(self) -> bool:
        database = self._database()
        assert database is not None, "whoever asks for calendars holds the database"
        try:
            signatures, years = database.transact(_news, self._signatures)
        except DATABASE_FAULTS as fault:
            # Whoever needs the books will be told.
            log.warning("calendars_not_refreshed", error=repr(fault))
            return False
        if years is not None:
            self._signatures, self.years = signatures, newest(years)
        return True


def _news(connection: Connection, known: int) -> tuple[int, list[CalendarYear] | None]:
    signatures = signatures_given(connection)
    return signatures, all_years(connection) if signatures != known else None
