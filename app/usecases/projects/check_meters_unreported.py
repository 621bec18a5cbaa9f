"""Check that people report by none of the meters of a project on the days that are its own."""

from __future__ import annotations

from collections.abc import Sequence

from app.store.database import Connection
from app.store.projects.decisions import lock_people_of_meters, reported_by_people
from app.usecases.projects.check_meters_unowned import OwnMeter
from behaviours.actions.declared import METER_ID
from behaviours.projects.registration import MeterReportedByPeople
from behaviours.rules.in_force import ProgrammeRulebook


def check_meters_unreported(
    connection: Connection, meters: Sequence[OwnMeter], rulebook: ProgrammeRulebook
) -> None:
    """The meters stay as they are until the transaction ends. Raises MeterReportedByPeople."""
    lock_people_of_meters(connection, [one for each in meters for one in each.claims])
    for at, each in enumerate(meters):
        first, last = each.said.from_day, each.said.to_day
        assert last is not None, "the days of a project end"
        found = reported_by_people(
            connection, each.claims, first=first, last=last, zone=rulebook.zone
        )
        if found.first_day is not None and found.last_day is not None:
            raise MeterReportedByPeople(
                pointer=f"/meters/{at}",
                number=each.said.evidence[METER_ID],
                actions=found.actions,
                first=found.first_day.isoformat(),
                last=found.last_day.isoformat(),
            )
