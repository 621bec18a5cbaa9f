"""Books with a budget, a provider and people whose boxes bring 50 points each."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from app.clock import StandingClock
from app.store.database import Connection
from app.usecases.points.propose_budget import propose_budget
from app.usecases.points.sign_budget import sign_budget
from app.usecases.recording.record import Recorded, RecordingRules, record
from app.usecases.recording.reverse_actions import Reversed, Reversing, reverse_actions
from app.wiring import Wiring
from behaviours.actions.action import Action
from behaviours.civil_time import civil_day
from behaviours.refusal import Refusal
from behaviours.viewer import Viewer
from rewards.points.budget import CLOSE, PUBLISH, Budget, BudgetStage, NewBudget
from tests.builders.actions import a_ride
from tests.builders.civil import CHINA
from tests.builders.people import a_participant, a_user, agreed_long_ago, an_organisation

# Whichever day the tests run on, the books live on this one.
NOW = datetime(2026, 6, 10, 4, tzinfo=UTC)
TODAY = civil_day(NOW, CHINA)
PER_BOX = 50
WHOLE_STAGE = (BudgetStage(100, 100),)
# All that an action can bring in these tests.
BOXES = 4


class Sponsored:
    """A programme in which a sponsor puts up points for boxes."""

    def __init__(self, wiring: Wiring) -> None:
        self.clock = StandingClock(NOW - timedelta(days=400))
        self.wiring = replace(wiring, clock=self.clock)
        self.provider = an_organisation(self.wiring, "provider")
        self.sponsor = an_organisation(self.wiring, "enterprise")
        self.clock.moment = NOW
        self.operator, self.authority = (
            Viewer(role, None, a_user(self.wiring, role)) for role in ("operator", "authority")
        )

    def people(self, count: int) -> list[UUID]:
        self.clock.moment = NOW - timedelta(days=400)
        made = [
            agreed_long_ago(self.wiring, a_participant(self.wiring, provider_id=self.provider))
            for _ in range(count)
        ]
        self.clock.moment = NOW
        return made

    def said(self, points: int, **changes: Any) -> NewBudget:
        given: dict[str, Any] = {
            "title_zh": "纸箱回收",
            "title_en": "Boxes",
            "sponsor_id": self.sponsor,
            "scenes": ("parcel_box_return",),
            "region": None,
            "starts_on": TODAY - timedelta(days=1),
            "ends_on": TODAY + timedelta(days=5),
            "closes_on": TODAY + timedelta(days=20),
            "points": points,
            "stages": WHOLE_STAGE,
        }
        return NewBudget(**{**given, **changes})

    def proposed(self, points: int, **changes: Any) -> Budget:
        """Proposed four days ago, by an operator."""
        with_clock = StandingClock(NOW - timedelta(days=4))
        budget, awaiting = self.wiring.database.transact(
            propose_budget,
            self.said(points, **changes),
            scenes=self.wiring.scenes,
            by=self.operator,
            zone=CHINA,
            clock=with_clock,
        )
        assert awaiting == ["authority"]
        return budget

    def opened(self, points: int, **changes: Any) -> UUID:
        """Published before the first day of its period."""
        budget = self.proposed(points, **changes)
        published, awaiting = self.wiring.database.transact(
            sign_budget,
            budget.budget_id,
            PUBLISH,
            by=self.authority,
            zone=CHINA,
            clock=StandingClock(NOW - timedelta(days=4)),
        )
        assert (awaiting, published.state) == ([], "open")
        return budget.budget_id

    def boxes(self, person: UUID, boxes: int = 1, **changes: Any) -> Action:
        given = {
            "behaviour": "parcel_box_return",
            "occurred_at": NOW - timedelta(minutes=30),
            "region": "CN-330100",
            "quantities": {"boxes": str(boxes)},
            "evidence": {"waybill_no": secrets.token_hex(8)},
        }
        return a_ride(person, self.provider, **{**given, **changes})

    def recording(self, actions: Sequence[Action]) -> Any:
        """The work of recording, for a connection of its own."""
        rules = RecordingRules(self.wiring.rulebook, self.wiring.policies)
        return lambda connection: record(connection, actions, rules, now=self.clock.moment)

    def record(self, *actions: Action) -> list[Recorded]:
        answers = self.wiring.database.transact(self.recording(actions))
        assert not [each for each in answers if isinstance(each, Refusal)], answers
        return list(answers)

    def plain(self, action: Action) -> Recorded:
        """Recorded by itself, as a request does it: in one statement where that can be."""
        rules = RecordingRules(self.wiring.rulebook, self.wiring.policies)
        (answer,) = self.wiring.database.transact_alone(
            record, [action], rules, now=self.clock.moment
        )
        assert isinstance(answer, Recorded), answer
        return answer

    def reversing(self, *action_ids: UUID) -> Any:
        return lambda connection: self._reverse(connection, action_ids)

    def reverse(self, *action_ids: UUID) -> list[Reversed | Refusal]:
        return self.wiring.database.transact(self._reverse, action_ids)

    def _reverse(self, connection: Connection, ids: Sequence[UUID]) -> list[Reversed | Refusal]:
        return reverse_actions(
            connection,
            [Reversing(each, "counted twice") for each in ids],
            viewer=Viewer("provider", self.provider),
            reversed_by=f"provider:{self.provider}",
            rulebook=self.wiring.rulebook,
            policies=self.wiring.policies,
            now=self.clock.moment,
        )

    def closing(self, budget_id: UUID, by: Viewer) -> Any:
        return lambda connection: sign_budget(
            connection, budget_id, CLOSE, by=by, zone=CHINA, clock=self.clock
        )

    def close(self, budget_id: UUID) -> Budget:
        for by in (self.operator, self.authority):
            budget, awaiting = self.wiring.database.transact(self.closing(budget_id, by))
        assert not awaiting
        return budget


def days(*offsets: int) -> list[date]:
    """Days before and after today."""
    return [TODAY + timedelta(days=each) for each in offsets]
