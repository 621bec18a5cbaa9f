"""Start the engines, or use the ones that the settings name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Self

from app.engines.place import EnginePlace, place_for
from app.engines.postgres import can_be_reached, find_postgres, start_postgres, stop_postgres
from app.engines.programs import Programs, programs_for
from app.engines.sharing import Share, alone
from app.engines.valkey import find_valkey, start_valkey, stop_valkey
from app.settings import Settings


class Engines:
    """PostgreSQL and Redis, ready to be used: two URLs, and a way to leave.

    `stop()` stops the servers this program started unless another program still uses them;
    servers named by DATABASE_URL or REDIS_URL are never touched. May be used with `with`.
    """

    def __init__(
        self,
        database_url: str,
        redis_url: str,
        *,
        place: Path | None = None,
        stop: Callable[[], None] = lambda: None,
        revive: Callable[[], None] = lambda: None,
    ) -> None:
        self.database_url = database_url
        self.redis_url = redis_url
        self.place = place
        self._stop: Callable[[], None] | None = stop
        self._revive = revive

    def stop(self) -> None:
        """Leave the engines; the last program to leave stops them. A second call does nothing."""
        stop, self._stop = self._stop, None
        if stop is not None:
            stop()

    def revive(self) -> None:
        """Start again, at the same addresses, an engine of ours that has died."""
        if self._stop is not None:
            self._revive()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start_engines(data_dir: Path) -> Engines:
    """The embedded engines of `data_dir`: found running, or started on the data that is there.

    Raises EngineTrouble, whose message says what to do.
    """
    return _start(data_dir, database_url=None, redis_url=None)


def engines_for(settings: Settings) -> Engines:
    """The servers that DATABASE_URL and REDIS_URL name; an embedded one for each that is unset."""
    if settings.database_url and settings.redis_url:
        return Engines(settings.database_url, settings.redis_url)
    return _start(
        settings.data_dir, database_url=settings.database_url, redis_url=settings.redis_url
    )


def _start(data_dir: Path, *, database_url: str | None, redis_url: str | None) -> Engines:
    place = place_for(data_dir.resolve())
    programs = programs_for(place)
    share = Share(place.root)
    with_postgres, with_valkey = database_url is None, redis_url is None
    with alone(place.root):
        share.take()
        try:
            if with_postgres:
                database_url = start_postgres(place, programs).url()
            if with_valkey:
                redis_url = start_valkey(place, programs).url()
        except BaseException:
            if share.leave():
                _stop_all(place, programs)
            raise
    assert database_url is not None
    assert redis_url is not None

    def stop() -> None:
        with alone(place.root):
            if share.leave():
                _stop_all(place, programs)

    def revive() -> None:
        postgres = find_postgres(place) if with_postgres else None
        lost_postgres = with_postgres and (postgres is None or not can_be_reached(postgres))
        lost_valkey = with_valkey and find_valkey(place) is None
        if lost_postgres or lost_valkey:
            with alone(place.root):
                if lost_postgres:
                    start_postgres(place, programs)
                if lost_valkey:
                    start_valkey(place, programs)

    return Engines(database_url, redis_url, place=place.root, stop=stop, revive=revive)


def _stop_all(place: EnginePlace, programs: Programs) -> None:
    """Valkey first: nothing hands out jobs any more while PostgreSQL ends its sessions."""
    try:
        stop_valkey(place)
    finally:
        stop_postgres(place, programs)


@contextmanager
def running_engines(settings: Settings) -> Iterator[Settings]:
    """The same settings with both URLs filled in, for as long as the block runs."""
    with engines_for(settings) as engines:
        yield replace(settings, database_url=engines.database_url, redis_url=engines.redis_url)
