"""What earns over time at the homes of the demo: panels and electricity meters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from app.clock import StandingClock
from app.demo.cast import region_of
from app.demo.habits import account_of, panel_of
from app.demo.story import Story
from app.store.database import Connection
from app.usecases.recording.confirm_installations import (
    ConfirmingInstallation,
    confirm_installations,
)
from app.usecases.recording.register_installations import register_installations
from app.wiring import Wiring
from behaviours.actions.installation import Holder
from behaviours.actions.registering import NewInstallation
from behaviours.civil_time import civil_day
from behaviours.viewer import Viewer

# The panels of a home generate at most 22 kWh in twelve hours.
_PANEL_KW = Decimal(6)
_SEEN = "已现场核对 Checked on site"


def register_homes(connection: Connection, wiring: Wiring, story: Story, *, now: datetime) -> None:
    """Register what the second provider reports by, and have an operator confirm it."""
    new = list[NewInstallation]()
    since = civil_day(now, wiring.zone) - timedelta(days=365)
    for number, person in enumerate(story["people"]):
        new += _of_home(number, Holder(UUID(person), None), since)
    made = register_installations(
        connection,
        new,
        viewer=Viewer("provider", UUID(story["organisations"]["provider2"])),
        reported_by="provider:demo-provider2",
        rulebook=wiring.rulebook,
        clock=StandingClock(now),
    )
    confirm_installations(
        connection,
        [
            ConfirmingInstallation(each.installation_id, "已现场核对 Checked on site")
            for each in made
        ],
        viewer=Viewer("operator", None, UUID(story["users"]["operator"])),
        confirmed_by="operator:operator",
        clock=StandingClock(now),
    )


def _of_home(number: int, holder: Holder, since: date) -> Iterator[NewInstallation]:
    panel, account, region = panel_of(number), account_of(number), region_of(number)
    if panel:
        shown = "并网验收单 Grid connection report"
        yield NewInstallation(
            "pv_plant",
            panel,
            holder,
            since,
            region,
            shown,
            capacity=_PANEL_KW,
            capacity_unit="kW",
        )
    if account:
        yield NewInstallation("meter", account, holder, since, region, "电费账单 Electricity bill")
