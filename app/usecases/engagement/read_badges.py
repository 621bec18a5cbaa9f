"""Read which level the person who looks has reached, and which badges they have."""

from __future__ import annotations

from collections.abc import Mapping

from app.store.database import Connection
from app.store.engagement.live_sums import sums_of, whole_sum
from behaviours.engagement import EngagementStanding, counted_alone, standing_of
from behaviours.engagement_terms import EngagementTerms
from behaviours.people import person_behind
from behaviours.viewer import Viewer


def read_badges(
    connection: Connection,
    *,
    viewer: Viewer,
    terms: EngagementTerms,
    categories: Mapping[str, str],
) -> EngagementStanding:
    """As the books stand now; ``categories`` has the category of every behaviour.

    The person's actions are read only where a badge counts some behaviours alone.
    """
    person = person_behind(viewer)
    alone = counted_alone(terms, categories)
    by_behaviour = sums_of(connection, person, alone) if alone else {}
    return standing_of(terms, whole_sum(connection, person), by_behaviour, categories)
