"""One day of the demo: what people did and what they spent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from app.clock import StandingClock
from app.demo.cast import OFFERS, region_of
from app.demo.habits import SEED, Reporters, Resident, actions_of_day
from app.demo.second_thoughts import take_back
from app.demo.story import Story
from app.store.database import Connection
from app.usecases.points.read_points import read_points
from app.usecases.recording.record import RecordingRules, record
from app.usecases.redemption.capture import capture
from app.usecases.redemption.issue_code import issue_code
from app.usecases.redemption.redeem_online import redeem_online
from app.usecases.redemption.reverse_redemption import reverse_redemption
from app.wiring import Wiring
from behaviours.civil_time import instant
from behaviours.refusal import Refusal
from behaviours.viewer import Viewer
from rewards.redemption.capture import WantedCapture

# People have something to spend from the second day on, when the first points become available.
VISITS_A_DAY = 5
CODE_LIFETIME = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class DemoDay:
    """The ``number``-th civil day of the story."""

    number: int
    on: date
    zone: ZoneInfo

    def at(self, hour: int, minute: int = 0) -> datetime:
        return instant(datetime.combine(self.on, time(hour, minute), self.zone))


@dataclass(frozen=True, slots=True)
class _Town:
    """Where a day is lived, and by whom."""

    connection: Connection
    wiring: Wiring
    story: Story
    residents: Sequence[Resident]


def live(connection: Connection, wiring: Wiring, story: Story, day: DemoDay) -> None:
    """Redeem at noon, report the whole day just before midnight, take back what was wrong."""
    residents = [
        Resident(number, UUID(person), region_of(number))
        for number, person in enumerate(story["people"])
    ]
    _visit_tills(_Town(connection, wiring, story, residents), day)
    reporters = Reporters(
        UUID(story["organisations"]["provider"]), UUID(story["organisations"]["provider2"])
    )
    actions = actions_of_day(residents, reporters, on=day.on, day_no=day.number, zone=day.zone)
    now = day.at(23, 50)
    answers = record(
        connection,
        actions,
        RecordingRules(wiring.rulebook, wiring.policies, wiring.wait_terms),
        now=now,
    )
    refused = [answer for answer in answers if isinstance(answer, Refusal)]
    assert not refused, f"the demo's people do nothing that is refused: {refused[:3]!r}"
    take_back(connection, wiring, answers, day_no=day.number, now=day.at(23, 55))


def _visit_tills(town: _Town, day: DemoDay) -> None:
    dice = Random(f"{SEED}:tills:{day.number}")
    for visit in range(VISITS_A_DAY):
        who = dice.choice(town.residents)
        number = dice.randrange(len(OFFERS) - 1)
        out_request_no = f"D{day.number:02d}V{visit}"
        now = day.at(12) + timedelta(minutes=7 * visit)
        viewer = Viewer("participant", who.participant_id)
        has = read_points(town.connection, viewer, now=now, zone=day.zone)
        if has.available < OFFERS[number][3] or has.debt:
            continue
        try:
            _redeem(town, who, number=number, out_request_no=out_request_no, now=now)
        except Refusal:
            # The limit of the offer for one person; nothing was written.
            continue
        if dice.random() < 0.1:
            reverse_redemption(
                town.connection,
                UUID(town.story["organisations"][OFFERS[number][0]]),
                out_request_no,
                quantity=None,
                out_refund_no=f"refund-{out_request_no}",
                zone=day.zone,
                clock=StandingClock(now + timedelta(minutes=5)),
            )
    if day.number == 89:
        _hold_one(town, day)


def _redeem(
    town: _Town,
    who: Resident,
    *,
    number: int,
    out_request_no: str,
    now: datetime,
) -> None:
    code_key = town.wiring.settings.identity_key
    shown = issue_code(
        town.connection,
        who.participant_id,
        offer_id=None,
        code_key=code_key,
        lifetime=CODE_LIFETIME,
        clock=StandingClock(now),
    )
    wanted = WantedCapture(
        merchant_id=UUID(town.story["organisations"][OFFERS[number][0]]),
        code=shown.code,
        offer_id=UUID(town.story["offers"][number]),
        out_request_no=out_request_no,
        store_id="demo-1",
    )
    clock = StandingClock(now + timedelta(seconds=20))
    capture(town.connection, wanted, code_key=code_key, zone=town.wiring.zone, clock=clock)


def _hold_one(town: _Town, day: DemoDay) -> None:
    """On the last day somebody orders online and has not fetched it yet."""
    now = day.at(20)
    # Not by the two who can log in: a visitor should find all their points there.
    for who in town.residents[2:]:
        viewer = Viewer("participant", who.participant_id)
        has = read_points(town.connection, viewer, now=now, zone=day.zone)
        if has.available >= OFFERS[0][3]:
            redeem_online(
                town.connection,
                who.participant_id,
                UUID(town.story["offers"][0]),
                1,
                client_reference="demo-online-1",
                code_key=town.wiring.settings.identity_key,
                zone=town.wiring.zone,
                clock=StandingClock(now),
            )
            return
