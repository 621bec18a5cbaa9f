"""Propose values of series and of sets of potentials, which the proposer has signed with that."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.methodologies.series import add_values, all_values, lock_series
from app.store.methodologies.series_signing import sign_value
from behaviours.refusal import Refusal
from behaviours.rules.factors import FactorBook, shipped_factors
from behaviours.rules.series_value import NewSeriesValue, SeriesValue
from behaviours.rules.supplying import check_value, with_supplied
from behaviours.viewer import Viewer


def propose_series(
    connection: Connection,
    said: Sequence[NewSeriesValue],
    *,
    by: Viewer,
    zone: ZoneInfo,
    clock: Clock,
) -> list[tuple[SeriesValue, list[str]]]:
    """The values, in order, and whose signatures each awaits.

    One that stands with the same words is left as it is; one that waits is signed, so that a file
    is published when somebody of the other role takes it in. Raises SeriesValueWrong and
    SeriesValueStands, at the place of the one that is wrong.
    """
    lock_series(connection)
    now, known = clock.now(), all_values(connection, zone)
    book = with_supplied(shipped_factors(), [each for each in known if each.published_at])
    standing = {each.said: each for each in known}
    stand, fresh = list[SeriesValue](), list[SeriesValue]()
    for at, new in enumerate(said):
        one = standing.get(new)
        if one is None:
            _check(new, book, at)
            one = standing[new] = SeriesValue(new_id(), new, now)
            fresh.append(one)
        stand.append(one)
    add_values(connection, fresh)
    signed = {
        each.value_id: sign_value(connection, each, by=by, zone=zone, now=now) for each in stand
    }
    return [signed[each.value_id] for each in stand]


def _check(new: NewSeriesValue, book: FactorBook, at: int) -> None:
    try:
        check_value(new, book)
    except Refusal as refusal:
        refusal.pointer = f"/values/{at}{refusal.pointer}"
        raise
