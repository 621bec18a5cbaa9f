"""Any sequence of calls on a bundle, held against a second, much simpler account of its life.

The account below does not read the table of steps: it knows the way from one state to the next by
heart, and of the verifier only whether one is seated and has given its number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from hypothesis import given, settings, strategies as st

from behaviours.refusal import Refusal
from behaviours.viewer import Viewer
from rewards.pooling.bundle import PLATFORM, Bundle
from rewards.pooling.documents import Opinion
from rewards.pooling.refusals import AlreadyAccepted, BundleStateConflict
from tests.builders.bundles import AUTHORITY, NOW, OPERATOR, VERIFIER, a_bundle, a_plan, drawn

UNTIL = NOW + timedelta(days=7)
WAY = [
    *("draft", "selecting", "selected", "reported", "submitted"),
    *("verified", "noticed", "sealing", "sealed", "issued"),
]
# A step that leads one state further, and who takes it.
FORWARD: dict[str, tuple[str, Viewer]] = {
    "select": ("draft", OPERATOR),
    "close_selection": ("selecting", PLATFORM),
    "report": ("selected", PLATFORM),
    "submit": ("reported", OPERATOR),
    "verify": ("submitted", VERIFIER),
    "notice": ("verified", OPERATOR),
    "seal": ("noticed", AUTHORITY),
    "root": ("sealing", PLATFORM),
    "issue": ("sealed", AUTHORITY),
}
# A step that changes no state, but is taken in one only.
STANDING: dict[str, tuple[str, Viewer]] = {
    "gather": ("selecting", PLATFORM),
    "start_report": ("selected", OPERATOR),
    "approve": ("reported", AUTHORITY),
    "find": ("submitted", VERIFIER),
    "sign_seal": ("noticed", OPERATOR),
    "freeze": ("sealing", PLATFORM),
    "sign_issue": ("sealed", OPERATOR),
    "replace": ("suspended", OPERATOR),
}
ENDS: dict[str, tuple[frozenset[str], str, Viewer]] = {
    "cancel": (frozenset(WAY[:7]), "cancelled", OPERATOR),
    "reject": (frozenset({"submitted"}), "rejected", VERIFIER),
    "empty": (frozenset({"sealing"}), "cancelled", PLATFORM),
}
BY_VERIFIER = ("seat", "decline", "accept", "unseat")
CALLS = (*FORWARD, *STANDING, *ENDS, *BY_VERIFIER, "leave", "short", "covered")


@dataclass
class Account:
    """What is remembered of a bundle: where it is, and how far its verifier is."""

    state: str = "draft"
    seated: bool = False
    accepted: bool = False
    issued: bool = False
    short: bool = False
    been: list[str] = field(default_factory=lambda: ["draft"])

    def next_call(self) -> str:
        """What would bring the bundle on from here."""
        if self.state == "submitted" and not self.seated:
            return "seat"
        if self.state == "submitted" and not self.accepted:
            return "accept"
        on = (call for call, (state, _) in FORWARD.items() if state == self.state)
        return next(on, "covered" if self.short else "short")

    def goes(self, state: str) -> None:
        self.state = state
        self.been.append(state)

    def hears(self, call: str) -> type[Refusal] | None:
        """Take the call, or say how it is refused."""
        if call in BY_VERIFIER:
            return self.hears_of_verifier(call)
        if call in FORWARD:
            return self.takes(FORWARD[call][0], WAY[WAY.index(FORWARD[call][0]) + 1])
        if call in STANDING:
            return self.takes(STANDING[call][0], self.state)
        if call in ENDS:
            return self.takes_from(ENDS[call][0], ENDS[call][1])
        if call == "leave":
            return self.takes("reported", "selected")
        self.hears_of_cover(is_short=call == "short")
        return None

    def hears_of_cover(self, *, is_short: bool) -> None:
        if self.issued:
            self.goes("suspended" if is_short else "issued")
        self.short = is_short

    def hears_of_verifier(self, call: str) -> type[Refusal] | None:
        if call == "unseat":
            refused = self.takes_from({"submitted", "verified", "noticed"}, "submitted")
            if refused is None:
                self.seated = self.accepted = False
            return refused
        if call == "accept" and self.accepted:
            return AlreadyAccepted
        if self.state != "submitted":
            return BundleStateConflict
        if self.accepted:
            return AlreadyAccepted
        self.accepted = call == "accept"
        if not self.accepted:
            self.seated = call == "seat"
        return None

    def takes(self, needed: str, leads_to: str) -> type[Refusal] | None:
        return self.takes_from({needed}, leads_to)

    def takes_from(self, needed: set[str] | frozenset[str], leads_to: str) -> type[Refusal] | None:
        if self.state not in needed:
            return BundleStateConflict
        self.goes(leads_to)
        if leads_to == "issued":
            self.issued = True
            self.hears_of_cover(is_short=self.short)
        return None


def told(bundle: Bundle, call: str) -> Bundle:
    """The real bundle after the call."""
    by: Callable[[Bundle], Bundle] | None = {
        "seat": lambda each: each.seat(VERIFIER.tenant_id, "org_7", until=UNTIL, by=PLATFORM),
        "decline": lambda each: each.decline(by=VERIFIER),
        "accept": lambda each: each.accept(drawn(a_plan()), until=UNTIL, by=VERIFIER),
        "unseat": lambda each: each.unseat(None),
        "leave": lambda each: each.move("leave", by=PLATFORM),
        "short": lambda each: each.short_of(3),
        "covered": lambda each: each.short_of(0),
        # As it is issued: what it lacked before has no cover yet.
        "issue": lambda each: each.move("issue", by=AUTHORITY, issued_at=NOW).short_of(
            each.shortfall_mg
        ),
        "verify": lambda each: each.move(
            "verify", by=VERIFIER, opinion=Opinion(True, "sound", NOW, 2, 0)
        ),
    }.get(call)
    if by is not None:
        return by(bundle)
    who = {**FORWARD, **STANDING}[call][1] if call not in ENDS else ENDS[call][2]
    return bundle.move(call, by=who)


# Any call in one of three, those of the verifier most, else the one that leads on: so many walks
# come to the issue.
walks = st.lists(
    st.sampled_from([*CALLS, *BY_VERIFIER * 3, *[None] * (3 * len(CALLS))]),
    min_size=12,
    max_size=40,
)


@settings(max_examples=150)
@given(walks)
def test_a_bundle_and_a_simple_account_of_it_agree_on_any_way(walk: list[str | None]) -> None:
    bundle, account = a_bundle(sampling_plan=a_plan()), Account()
    for wish in walk:
        call = wish or account.next_call()
        before = bundle
        refused = account.hears(call)
        if refused is None:
            bundle = told(bundle, call)
        else:
            with pytest.raises(refused):
                told(bundle, call)
            assert bundle == before
        assert bundle.state == account.state
        if account.state in WAY[4:]:
            assert (bundle.verifier_id is not None) == account.seated
            assert bundle.is_accepted == account.accepted
        assert (bundle.shortfall_mg > 0) == account.short
        assert not account.issued or (bundle.state == "suspended") == account.short


@settings(max_examples=60)
@given(walks)
def test_what_was_sealed_never_returns_and_what_ended_stays_ended(walk: list[str | None]) -> None:
    account = Account()
    for wish in walk:
        account.hears(wish or account.next_call())
    been = account.been
    if "sealed" in been:
        after = been[been.index("sealed") :]
        assert set(after) <= {"sealed", "issued", "suspended"}
    ended = [at for at, state in enumerate(been) if state in {"rejected", "cancelled"}]
    assert len(ended) <= 1
    assert not ended or ended[0] == len(been) - 1


def test_the_straight_way_leads_to_the_issue() -> None:
    bundle, account = a_bundle(sampling_plan=a_plan()), Account()
    while account.state != "issued":
        call = account.next_call()
        assert account.hears(call) is None
        bundle = told(bundle, call)
    assert (bundle.state, bundle.verifier_id, bundle.is_accepted) == (
        "issued",
        VERIFIER.tenant_id,
        True,
    )
    assert replace(bundle, state="draft").opinion is not None
