"""Whatever is done to actions, people and units, in whatever order: the books keep their promises.

The machine reports, confirms, refuses, takes back, selects, verifies, seals, issues, sells, hands
over, retires, makes good, lets people leave and come back, suspends organisations and lets them in
again, declares meters elsewhere, makes people guardians, answers complaints, and ends every story
with the audit. A verb may refuse, with a named refusal; nothing else may go wrong.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar
from uuid import UUID

from hypothesis import HealthCheck, Phase, settings as hypothesis_settings, strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.clock import StandingClock
from app.ids import new_id
from app.store.people.guardians import add_guardianship
from app.usecases.complaints.file_complaint import Filing, file_complaint
from app.usecases.complaints.take_step import Stepping, take_step
from app.usecases.people.close_account import close_account
from app.usecases.people.enrol import Enrolment, enrol
from app.usecases.pooling.cancel_bundle import cancel_bundle
from app.usecases.recording.ask_reversal import ask_reversal
from app.usecases.recording.confirm_actions import Confirming, confirm_actions
from app.usecases.recording.declare_elsewhere import declare_elsewhere
from app.usecases.recording.record import Recorded
from app.usecases.recording.reverse_actions import Reversing
from app.usecases.recording.withdraw_declaration import withdraw_declaration
from app.usecases.registry.retire_units import retire_units
from app.usecases.registry.transfer_units import transfer_units
from app.wiring import Wiring
from behaviours.actions.declared import DeclaredNumber
from behaviours.complaints import CREDIT, MISSING_CREDIT, REPLY, About, ComplaintOutcome
from behaviours.guardians import BY_SERVICE, Guardianship
from behaviours.people import Consenting
from behaviours.refusal import Refusal
from behaviours.viewer import Viewer
from rewards.registry.retirement import RetirementTerms
from tests.builders.actions import a_ride, recording
from tests.builders.audit import assert_books_balance
from tests.builders.bundle_steps import NOW, STEPS, YEAR, Pooled, accept, replaced, stock, submit
from tests.builders.empty_market import market, shut
from tests.builders.installations import an_installation
from tests.builders.issuers import an_issuer
from tests.builders.market import an_independent_verifier, entrust, rows, run, selected, somebody
from tests.builders.people import EVERY_SCENE, an_organisation
from tests.builders.redemption import a_code, an_offer, capturing, wanting
from tests.builders.selling import bought, listed
from tests.builders.standing import lifted, suspended

__all__ = ["market", "shut"]
# When actions were recorded: their points are there by now.
THEN = NOW - timedelta(days=30)
FIRST = date(YEAR, 1, 2)
AGREED_AT = datetime(2025, 12, 31, tzinfo=UTC)
PLANT_KW = 5000
WHO = st.integers(0, 2)
WHICH = st.integers(0, 11)
SIGNERS = [("provider",), ("operator",) * 2, ("operator", "authority"), ("operator", "provider")]


@dataclass
class Person:
    """Somebody with a solar plant, who may leave and come back as the same."""

    identity: str
    participant_id: UUID
    meter: str
    here: bool = True
    guardian: UUID | None = None


class Story(RuleBasedStateMachine):
    """Three people, a provider, two enterprises, and the bundles that are made of their days."""

    wiring: ClassVar[Wiring]
    done: ClassVar[Counter[str]]
    refused: ClassVar[Counter[str]]
    actions = Bundle("actions")

    @initialize(target=actions)
    def begin(self) -> Any:
        self.provider = an_organisation(self.wiring, "provider")
        self.enterprises = [an_organisation(self.wiring, "enterprise") for _ in range(2)]
        for_ever = {"closes_at": NOW + timedelta(days=1000)}
        self.offer = an_offer(self.wiring, points=20, stock_total=1000, **for_ever)
        self.people = [self._somebody(secrets.token_hex(8), AGREED_AT) for _ in range(3)]
        self.days = 0
        self.stopped: UUID | None = None
        self.declared: list[UUID] = []
        self.issuer = an_issuer(self.wiring, kinds=("meter",), providers=[self.provider])
        self.pooled: list[Pooled] = []
        return self._begun()

    def _begun(self) -> Any:
        """A first bundle is issued, and there is something for the next one."""
        first = [one for who in range(3) for one in self._generated(who, 100)]
        self.select(len(STEPS))
        return multiple(*first, *(one for who in range(3) for one in self._days_of(who)))

    def _days_of(self, who: int) -> list[Recorded]:
        return [*self._generated(who, 100), *self._generated(who, 115), *self._handed_in(who, "59")]

    def _somebody(self, identity: str, agreed_at: datetime | None) -> Person:
        agreed = tuple(Consenting(scene, "2026-01", agreed_at) for scene in EVERY_SCENE)
        (made,) = run(
            self.wiring,
            enrol,
            [Enrolment(identity, "CN-44", agreed)],
            organisation_id=self.provider,
            identity_key=self.wiring.settings.identity_key,
            scenes=self.wiring.scenes,
            clock=StandingClock(NOW),
        )
        meter = f"33{secrets.randbelow(10**10):010}"
        person = Person(identity, made.participant_id, meter)
        entrust(self.wiring, person.participant_id, first=FIRST)
        plant = {"number": person.meter, "capacity": str(PLANT_KW)}
        an_installation(self.wiring, person.participant_id, self.provider, **plant)
        return person

    def _try(self, name: str, work: Callable[[], Any]) -> Any:
        """What the verb answers; None when it refuses."""
        try:
            answer = work()
        except Refusal as refusal:
            self.refused[f"{name}: {refusal.code}"] += 1
            return None
        if isinstance(answer, Refusal):
            self.refused[f"{name}: {answer.code}"] += 1
            return None
        self.done[name] += 1
        return answer

    def _record(self, name: str, **said: Any) -> list[Recorded]:
        answer = self._try(name, lambda: recording(self.wiring, [a_ride(**said)], now=THEN)[0])
        return [answer] if answer else []

    def _morning(self) -> datetime:
        self.days += 1
        return datetime.combine(FIRST + timedelta(days=self.days), time(1), tzinfo=UTC)

    def _generated(self, who: int, per_cent: int) -> list[Recorded]:
        person, began = self.people[who], self._morning()
        kwh = PLANT_KW * 8 * per_cent // 100
        return self._record(
            "generate",
            person=person.participant_id,
            provider=self.provider,
            behaviour="distributed_pv",
            occurred_at=began,
            ended_at=began + timedelta(hours=8),
            quantities={"generation_kwh": str(kwh)},
            evidence={"meter_id": person.meter},
        )

    def _handed_in(self, who: int, kilograms: str) -> list[Recorded]:
        return self._record(
            "hand in clothes",
            person=self.people[who].participant_id,
            provider=self.provider,
            behaviour="clothing_recycling",
            occurred_at=self._morning(),
            quantities={"mass_kg": kilograms},
            evidence={"weigh_ticket_no": secrets.token_hex(8)},
        )

    @rule(target=actions, who=WHO, per_cent=st.sampled_from([60, 100, 115]))
    def generate(self, who: int, per_cent: int) -> Any:
        """A day of a plant; more than it can is held."""
        return multiple(*self._generated(who, per_cent))

    @rule(target=actions, who=WHO, kilograms=st.sampled_from(["20", "59", "80"]))
    def hand_in_clothes(self, who: int, kilograms: str) -> Any:
        """Brings points; more than one person carries is held."""
        return multiple(*self._handed_in(who, kilograms))

    @rule(action=actions, step=st.sampled_from(["confirm", "refuse"]))
    def look_at_what_waits(self, action: Recorded, step: str) -> None:
        assert action.action_id is not None
        code = None if step == "confirm" else "not_done"
        asked = [Confirming(action.action_id, step, "looked at", code)]
        self._try(
            step,
            lambda: run(
                self.wiring,
                confirm_actions,
                asked,
                viewer=Viewer("operator", None, new_id()),
                decided_by="operator:test",
                rulebook=self.wiring.rulebook,
                policy=self.wiring.policies,
                clock=StandingClock(NOW),
            )[0],
        )

    @rule(action=actions, roles=st.sampled_from(SIGNERS))
    def take_back(self, action: Recorded, roles: tuple[str, ...]) -> None:
        """By its provider or two operators; after the freeze by people of two roles."""
        assert action.action_id is not None
        wanted = Reversing(action.action_id, "a mistake", "not_done")
        for role in roles:
            tenant = self.provider if role == "provider" else None
            viewer = Viewer(role, tenant, new_id())
            asked = self._try(
                f"reversal by {role}",
                lambda viewer=viewer: run(
                    self.wiring,
                    ask_reversal,
                    wanted,
                    viewer=viewer,
                    reversed_by=f"{viewer.role}:test",
                    rulebook=self.wiring.rulebook,
                    policies=self.wiring.policies,
                    clock=StandingClock(NOW),
                    takes_points_for_months=24,
                    signed_for=timedelta(days=30),
                ),
            )
            place = asked.effect.place if asked and asked.done else None
            if place and place.cover:
                self.done["taken back after the freeze"] += 1

    @rule(advance=st.sampled_from([len(STEPS)] * 3 + [1, 3, 6]))
    def select(self, advance: int) -> None:
        last = FIRST + timedelta(days=100)
        changes = {"vintage": YEAR, "occurred_from": FIRST, "occurred_to": last}
        bundle_id = self._try("select", lambda: selected(self.wiring, **changes))
        if bundle_id is None:
            return
        made = Pooled(bundle_id, an_independent_verifier(self.wiring))
        self.pooled.append(made)
        self._advance(made, advance)

    @rule(which=WHICH, steps=st.sampled_from([1, len(STEPS)]))
    def go_on(self, which: int, steps: int) -> None:
        pooled = self.pooled[which % len(self.pooled)]
        self._advance(pooled, steps)

    @rule(which=WHICH)
    def give_up(self, which: int) -> None:
        pooled = self.pooled[which % len(self.pooled)]
        by = somebody("operator")
        self._try(
            "cancel",
            lambda: run(
                self.wiring, cancel_bundle, pooled.bundle_id, by=by, clock=StandingClock(NOW)
            ),
        )

    def _advance(self, pooled: Pooled, steps: int) -> None:
        """Up to ``steps`` on; what became stale begins again with the report."""
        for step in STEPS[pooled.next_step : pooled.next_step + steps]:
            if not self._try(step.__name__, lambda step=step: step(self.wiring, pooled) or True):
                if step in (submit, accept):
                    pooled.next_step = 0
                return
            pooled.next_step += 1

    @rule(which=WHICH, tonnes=st.integers(1, 20), who=st.integers(0, 1))
    def sell(self, which: int, tonnes: int, who: int) -> None:
        pooled = self.pooled[which % len(self.pooled)]
        if pooled.next_step < len(STEPS):
            return

        # Several blocks may be left: some were split, and some came back.
        offered = stock(self.wiring, pooled)

        def sale() -> UUID:
            listing = listed(self.wiring, offered[0], tonnes)
            return bought(self.wiring, listing, tonnes, self.enterprises[who])

        if offered:
            self._try("sell", sale)

    @rule(who=st.integers(0, 1), tonnes=st.integers(1, 5))
    def hand_over(self, who: int, tonnes: int) -> None:
        own, other = self.enterprises[who], self.enterprises[1 - who]
        held = rows(
            self.wiring,
            "select block_id from unit_block where owner_id = :id and state = 'active'"
            " order by numbers",
            id=own,
        )
        if held:
            self._try(
                "transfer",
                lambda: run(
                    self.wiring,
                    transfer_units,
                    held[0]["block_id"],
                    quantity_t=tonnes,
                    from_id=own,
                    to_id=other,
                    client_reference=secrets.token_hex(8),
                    clock=StandingClock(NOW),
                ),
            )

    @rule(who=st.integers(0, 1), tonnes=st.integers(1, 5))
    def retire(self, who: int, tonnes: int) -> None:
        self._try(
            "retire",
            lambda: run(
                self.wiring,
                retire_units,
                enterprise_id=self.enterprises[who],
                block_id=None,
                quantity_t=tonnes,
                terms=RetirementTerms("Somebody", "donation", str(YEAR)),
                client_reference=secrets.token_hex(8),
                serial_prefix="ZJ",
                signing_key=self.wiring.settings.signing_key,
                clock=StandingClock(NOW),
            ),
        )

    @rule(which=WHICH, other=WHICH, tonnes=st.integers(1, 3))
    def make_good(self, which: int, other: int, tonnes: int) -> None:
        """The programme gives units of one bundle for what another one is short of."""
        short, giver = (self.pooled[each % len(self.pooled)] for each in (which, other))
        if given := stock(self.wiring, giver):
            self._try("make good", lambda: replaced(self.wiring, short, given[0], tonnes) or True)

    @rule(who=WHO)
    def buy_a_coffee(self, who: int) -> None:
        """Spends points, so that what is taken back later is owed."""
        person = self.people[who]
        if person.here:
            code = a_code(self.wiring, person.participant_id, now=NOW)
            self._try("spend", lambda: capturing(self.wiring, wanting(self.offer, code), now=NOW))

    @precondition(lambda self: all(person.here for person in self.people))
    @rule(who=WHO)
    def leave(self, who: int) -> None:
        person = self.people[who]
        if person.here:
            left = self._try(
                "leave",
                lambda: run(
                    self.wiring,
                    close_account,
                    [person.participant_id],
                    access_lifetime=timedelta(hours=1),
                    clock=StandingClock(NOW),
                    rulebook=self.wiring.rulebook,
                    guardian=person.guardian,
                ),
            )
            if left is not None:
                person.here = False
                # Nobody decides for the children of who left: they can leave no more.
                person.guardian = None

    @rule(who=WHO)
    def come_back(self, who: int) -> None:
        if not self.people[who].here:
            # No word of a provider's reaches behind the leaving.
            identity = self.people[who].identity
            back = self._try("come back", lambda: self._somebody(identity, None))
            self.people[who] = back or self.people[who]

    @rule(which=st.integers(0, 2))
    def suspend_or_lift(self, which: int) -> None:
        """What would begin with who is suspended is refused until both roles have lifted it."""
        if self.stopped is None:
            self.stopped = [self.provider, *self.enterprises][which]
            self._try("suspend", lambda: suspended(self.wiring, self.stopped))
        else:
            self._try("lift", lambda: lifted(self.wiring, self.stopped))
            self.stopped = None

    @rule(who=WHO)
    def declare(self, who: int) -> None:
        """Another mechanism owns somebody's meter from a day on."""
        meter = self.people[who].meter
        first = FIRST + timedelta(days=self.days)
        said = DeclaredNumber(
            "ccer", f"C-{meter}", "meter", self.issuer, {"meter_id": meter}, first
        )
        made = self._try(
            "declare elsewhere",
            lambda: run(
                self.wiring,
                declare_elsewhere,
                [said],
                rulebook=self.wiring.rulebook,
                declared_by=new_id(),
                clock=StandingClock(NOW),
            ),
        )
        self.declared += [each.declaration_id for each in made or ()]

    @precondition(lambda self: self.declared)
    @rule()
    def withdraw_the_last(self) -> None:
        declaration_id = self.declared.pop()
        self._try(
            "withdraw a declaration",
            lambda: run(
                self.wiring,
                withdraw_declaration,
                declaration_id,
                reason="It left the scheme.",
                by=new_id(),
                clock=StandingClock(NOW),
            ),
        )

    @precondition(lambda self: all(each.here and not each.guardian for each in self.people))
    @rule(who=WHO)
    def become_guardian(self, who: int) -> None:
        """From now on somebody else decides for them, and leaves for them."""
        child, guardian = self.people[who], self.people[who - 1].participant_id
        ends = NOW + timedelta(days=700)
        begun = Guardianship(new_id(), guardian, "1", BY_SERVICE, NOW, ends)
        run(self.wiring, add_guardianship, child.participant_id, begun)
        child.guardian = guardian
        self.done["become guardian"] += 1

    @rule(who=WHO)
    def credit_what_was_missing(self, who: int) -> None:
        """Somebody complains of a day; the provider records it and answers with the action."""
        person = self.people[who]
        if not person.here:
            return
        about = About(
            MISSING_CREDIT,
            "clothing_recycling",
            FIRST + timedelta(days=self.days + 1),
            provider_id=self.provider,
        )
        filed = self._try("complain", lambda: self._filed(person, about))
        credited = self._handed_in(who, "5") if filed else []
        if filed and credited:
            verdict = ComplaintOutcome(CREDIT, None, credited[0].action_id)
            for _ in range(2):
                self._try("credit", lambda: self._replied(filed, verdict))

    def _filed(self, person: Person, about: About) -> str:
        told = run(
            self.wiring,
            file_complaint,
            Filing(person.participant_id, about, "It is missing.", ()),
            viewer=Viewer("participant", person.participant_id, new_id()),
            behaviours=["clothing_recycling"],
            prefix="ZJ",
            deadlines=self.wiring.deadlines,
            clock=StandingClock(NOW),
        )
        return told.complaint.number

    def _replied(self, number: str, verdict: ComplaintOutcome) -> Any:
        return run(
            self.wiring,
            take_step,
            number,
            Stepping(REPLY, "It was recorded.", (), verdict),
            viewer=Viewer("provider", self.provider, self.provider),
            deadlines=self.wiring.deadlines,
            clock=StandingClock(NOW),
        )

    def teardown(self) -> None:
        assert_books_balance(self.wiring)


def test_any_story_ends_with_an_audit_that_finds_nothing(market: Wiring) -> None:
    class ThisStory(Story):
        wiring: ClassVar[Wiring] = market
        done: ClassVar[Counter[str]] = Counter()
        refused: ClassVar[Counter[str]] = Counter()

    run_state_machine_as_test(
        ThisStory,
        settings=hypothesis_settings(
            max_examples=12,
            stateful_step_count=35,
            deadline=None,
            # All stories are told to one market, so that a shorter one proves nothing.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    told = f"done: {dict(ThisStory.done)}, refused: {dict(ThisStory.refused)}"
    print(told)
    often = {"generate", "hand in clothes", "spend", "select", "issue"}
    assert often <= ThisStory.done.keys(), told
