"""Counts: how far the catalogue is, on a day - what can be used, what waits, by which grades."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from behaviours.rules.factors import GRADES
from behaviours.rules.members import rows_of
from behaviours.rules.methodology import Version
from behaviours.rules.proxies import is_proxy_name
from behaviours.rules.succession import successor_of


@dataclass(frozen=True, slots=True)
class CatalogueCounts:
    """Versions that have started by a day, behaviours that earn on it, and figures by grade.

    ``superseded`` await figures in vain: another version of the rule has their place. ``figures``
    are stated values and table rows; ``from_series`` parameters are graded by the factor that an
    action reads. ``unsourced`` figures have no source of the document: none may.
    """

    on: date
    usable: int
    awaiting: int
    superseded: int
    proxies: int
    behaviours_usable: int
    behaviours_waiting: int
    figures: Mapping[str, int]
    from_series: int
    awaited: int
    unsourced: int


def counted(versions: Iterable[Version], on: date) -> CatalogueCounts:
    """The counts of the versions that have started by the day."""
    started = [each for each in versions if each.validity.starts_on <= on]
    usable = [each for each in started if not each.awaiting]
    superseded = sum(
        bool(each.awaiting) and successor_of(each, started, on) is not None for each in started
    )
    of_actions = [each for each in started if each.survey is None]
    earning = {
        each.behaviour for each in of_actions if not each.awaiting and each.validity.in_force(on)
    }
    parameters = [p for each in started for p in each.reckoning.parameters]
    values = [(each, value) for each in started for value in _values(each)]
    grades = Counter(grade for _, (_, grade, rows) in values for _ in range(rows))
    return CatalogueCounts(
        on=on,
        usable=len(usable),
        awaiting=len(started) - len(usable) - superseded,
        superseded=superseded,
        proxies=sum(is_proxy_name(each.version) for each in started),
        behaviours_usable=len(earning),
        behaviours_waiting=len({each.behaviour for each in of_actions} - earning),
        figures={grade: grades[grade] for grade in GRADES},
        from_series=sum(p.series is not None for p in parameters),
        awaited=sum(p.awaiting is not None for p in parameters),
        unsourced=sum(source not in each.stated.sources for each, (source, _, _) in values),
    )


def _values(version: Version) -> Iterable[tuple[str, str, int]]:
    """(source, grade, how many numbers) of each stated value."""
    for parameter in version.reckoning.parameters:
        for value in parameter.values:
            yield value.source, value.grade, len(rows_of(value.number))
