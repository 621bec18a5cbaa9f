"""What the people of the demo do on a day: a pure function of who, which day and the seed.

Nothing here is measured; the quantities are plausible for a small city and that is all. What each
action saves is computed by the same methodologies as everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from behaviours.actions.action import Action
from behaviours.civil_time import instant, start_of_day

SEED = "tanpuhui-demo"


class Resident(NamedTuple):
    """A person of the demo; ``number`` decides their habits."""

    number: int
    participant_id: UUID
    region: str


@dataclass(frozen=True, slots=True)
class Reporters:
    """The two providers: one for the way to work, one for what happens at home and in shops."""

    travel: UUID
    living: UUID


@dataclass(slots=True)
class _Day:
    """One resident's day, while its actions are thought up."""

    who: Resident
    reporters: Reporters
    on: date
    day_no: int
    zone: ZoneInfo
    dice: Random
    made: int = 0

    def at(self, hour: int, within_minutes: int) -> datetime:
        moment = instant(datetime.combine(self.on, time(hour), self.zone))
        return moment + timedelta(minutes=self.dice.randrange(within_minutes))

    def accepted(
        self,
        behaviour: str,
        at: datetime,
        quantities: dict[str, str],
        evidence: dict[str, str],
        *,
        lasts: timedelta | None = None,
        device: str | None = None,
    ) -> Action:
        travels = behaviour in {"metro_ride", "bus_ride", "bike_ride", "ev_charging"}
        self.made += 1
        return Action(
            participant_id=self.who.participant_id.hex,
            provider_id=(self.reporters.travel if travels else self.reporters.living).hex,
            behaviour=behaviour,
            external_id=self.name(f"{behaviour}-{self.made}"),
            occurred_at=at,
            ended_at=at + lasts if lasts else None,
            region=self.who.region,
            quantities=quantities,
            evidence=evidence,
            device=device,
        )

    def imei(self) -> str:
        """The first 14 digits of a device, of this person and day."""
        return f"35{self.who.number:06d}{self.day_no:06d}"

    def name(self, what: str) -> str:
        """The same in every run: who, which day of the ninety, what."""
        return f"demo-{self.who.number:03d}-{self.day_no:02d}-{what}"


def actions_of_day(
    residents: Sequence[Resident],
    reporters: Reporters,
    *,
    on: date,
    day_no: int,
    zone: ZoneInfo,
) -> list[Action]:
    """Everything the residents do on civil day ``on``, the ``day_no``-th of the story."""
    actions: list[Action] = []
    for who in residents:
        dice = Random(f"{SEED}:{who.number}:{day_no}")
        day = _Day(who, reporters, on, day_no, zone, dice)
        for habit in _HABITS:
            actions.extend(habit(day))
    return actions


def _commute(day: _Day) -> Iterator[Action]:
    if day.who.number % 5 >= 3 or day.on.weekday() >= 5 or day.dice.random() > 0.85:
        return
    behaviour = "metro_ride" if day.who.number % 5 < 2 else "bus_ride"
    for hour in (7, 17):
        ride = day.name(f"ride-{hour}")
        yield day.accepted(
            behaviour,
            day.at(hour, 100),
            {"trips": "1"},
            {"ride_id": ride},
            lasts=timedelta(minutes=day.dice.randrange(12, 45)),
        )


def _cycle(day: _Day) -> Iterator[Action]:
    if day.who.number % 7 == 0 and day.dice.random() < 0.6:
        distance_km = f"{day.dice.randrange(8, 90) / 10:.1f}"
        yield day.accepted(
            "bike_ride",
            day.at(12, 40),
            {"distance_km": distance_km},
            {"ride_id": day.name("bike")},
            lasts=timedelta(minutes=15),
        )


def _eat(day: _Day) -> Iterator[Action]:
    if day.who.number % 4 == 0 and day.dice.random() < 0.6:
        yield day.accepted(
            "clean_plate", day.at(12, 50), {"meals": "1"}, {"order_id": day.name("canteen")}
        )
    if day.who.number % 3 == 0 and day.dice.random() < 0.35:
        yield day.accepted(
            "no_disposable_tableware",
            day.at(18, 120),
            {"orders": "1"},
            {"order_id": day.name("supper")},
        )


def _shop(day: _Day) -> Iterator[Action]:
    if day.dice.random() < 0.35:
        # On Saturdays some shop at the market, whose one tablet reports for them: unusual where
        # the programme looks at devices.
        at_market = day.on.weekday() == 5 and day.who.number % 5 == 0
        yield day.accepted(
            "own_bag",
            day.at(19, 90),
            {"times": "1"},
            {"receipt_no": day.name("receipt")},
            device="market-tablet" if at_market else None,
        )
    if day.dice.random() < 0.08:
        yield day.accepted(
            "parcel_box_return",
            day.at(20, 60),
            {"boxes": str(day.dice.randrange(1, 4))},
            {"waybill_no": day.name("waybill")},
        )
    if day.dice.random() < 0.002:
        yield day.accepted(
            "second_hand_phone",
            day.at(15, 60),
            {"items": "1"},
            {"order_id": day.name("phone"), "imei": day.imei(), "direction": "sell"},
        )


def _clear_out(day: _Day) -> Iterator[Action]:
    if day.dice.random() < 0.012:
        mass_kg = f"{day.dice.randrange(20, 120) / 10:.1f}"
        yield day.accepted(
            "clothing_recycling",
            day.at(10, 120),
            {"mass_kg": mass_kg},
            {"weigh_ticket_no": day.name("ticket")},
        )


def panel_of(number: int) -> str | None:
    """The meter of the panels on the roof of this resident; few have one."""
    return f"demo-home-{number:03d}-pv" if number % 10 == 3 else None


def account_of(number: int) -> str | None:
    """The electricity account of this resident's home, of those whose use is reported."""
    return f"demo-home-{number:03d}" if number % 5 == 4 else None


def _live_at_home(day: _Day) -> Iterator[Action]:
    panel, account = panel_of(day.who.number), account_of(day.who.number)
    if panel:
        # The panel's meter is read at sunrise and sunset.
        sunrise = instant(datetime.combine(day.on, time(6), day.zone))
        yield day.accepted(
            "distributed_pv",
            sunrise,
            {"generation_kwh": f"{day.dice.randrange(60, 220) / 10:.1f}"},
            {"meter_id": panel},
            lasts=timedelta(hours=12),
        )
    if account:
        yield day.accepted(
            "household_electricity",
            start_of_day(day.on, day.zone),
            {"consumption_kwh": f"{day.dice.randrange(30, 110) / 10:.1f}"},
            {"account_no": account},
        )
    if day.who.number % 12 == 5 and day.dice.random() < 0.3:
        yield day.accepted(
            "ev_charging",
            day.at(21, 60),
            {"energy_kwh": f"{day.dice.randrange(100, 450) / 10:.1f}"},
            {"session_id": day.name("charge")},
        )


def _renew(day: _Day) -> Iterator[Action]:
    if day.who.number % 5 == 4:
        # A home that is paid for using little is not paid again for what makes it use little.
        return
    if day.dice.random() < 0.0015:
        plate = {"serial_no": day.name("ac"), "invoice_no": day.name("bill"), "model": "KFR-35GW"}
        yield day.accepted(
            "efficient_air_conditioner",
            day.at(11, 60),
            {"annual_kwh": str(day.dice.randrange(380, 620)), "units": "1"},
            plate,
        )
    if day.dice.random() < 0.0008:
        plate = {"serial_no": day.name("hp"), "invoice_no": day.name("bill2"), "model": "KD-200"}
        yield day.accepted("heat_pump_water_heater", day.at(14, 60), {"units": "1"}, plate)


def _go_paperless(day: _Day) -> Iterator[Action]:
    if day.on.day == 5 and day.who.number % 3 == 1:
        yield day.accepted(
            "e_statement",
            day.at(9, 60),
            {"documents": "1"},
            {"statement_no": day.name("statement")},
        )


_HABITS: tuple[Callable[[_Day], Iterator[Action]], ...] = (
    _commute,
    _cycle,
    _eat,
    _shop,
    _clear_out,
    _live_at_home,
    _renew,
    _go_paperless,
)
