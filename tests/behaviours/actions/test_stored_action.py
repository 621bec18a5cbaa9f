"""A stored action: what it claimed, what became of its reduction, and who may see it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.judging import judge
from behaviours.actions.shipped import load_rulebook
from behaviours.actions.stored_action import StoredAction
from behaviours.issuers import IssuerRegister
from behaviours.viewer import Viewer
from tests.behaviours.builders import NOW, SAMPLES, an_accepted_action, an_action, saved
from tests.builders.civil import CHINA

PERSON, PROVIDER, STRANGER = UUID(int=1), UUID(int=2), UUID(int=3)


def stored(behaviour: str = "metro_ride", **changes: Any) -> StoredAction:
    """An action as it is read again after it was recorded."""
    accepted = an_accepted_action(behaviour, participant_id=PERSON.hex, provider_id=PROVIDER.hex)
    action, reduction = accepted.action, saved(accepted)
    made = StoredAction(
        participant_id=PERSON,
        action_id=UUID(int=9),
        provider_id=PROVIDER,
        behaviour=action.behaviour,
        external_id=action.external_id,
        occurred_at=action.occurred_at,
        ended_at=action.ended_at,
        recorded_at=NOW,
        region=action.region,
        quantities=action.quantities,
        evidence=action.evidence,
        methodology=reduction.methodology,
        version=reduction.version,
        digest=bytes.fromhex(reduction.digest.removeprefix("sha256:")),
        provenance=reduction.provenance,
        action_class=reduction.action_class,
        vintage=reduction.vintage,
        saved_mg=reduction.saved_mg,
        calculation={"inputs": reduction.inputs, "factors": reduction.factors},
        points=0,
        limited_by=None,
        points_available_at=None,
        points_expires_at=None,
        issuers=None,
        reversed_at=None,
        reason=None,
        bundle_id=None,
        frozen_at=None,
        is_issued=False,
    )
    return replace(made, **changes)


@pytest.mark.parametrize("behaviour", [name for name in SAMPLES if name != "household_electricity"])
def test_what_a_stored_action_claims_is_what_was_judged(behaviour: str) -> None:
    action = an_action(behaviour, participant_id=PERSON.hex, provider_id=PROVIDER.hex)
    register = IssuerRegister()
    (accepted,) = judge(load_rulebook(), [action], now=NOW, zone=CHINA, register=register)
    assert isinstance(accepted, AcceptedAction)
    claims = stored(behaviour).claims(accepted.version, CHINA, register)
    assert claims.keys == accepted.claims
    assert claims.person_interval == accepted.person_interval
    assert claims.meter == accepted.meter_claim
    assert claims.exclusions == accepted.exclusions


def test_it_exports_the_record_from_which_the_same_milligrams_come() -> None:
    accepted = an_accepted_action(participant_id=PERSON.hex, provider_id=PROVIDER.hex)
    assert stored().record() == saved(accepted).record()


@pytest.mark.parametrize(
    ("viewer", "sees"),
    [
        (Viewer("participant", PERSON), True),
        (Viewer("participant", STRANGER), False),
        (Viewer("provider", PROVIDER), True),
        (Viewer("provider", STRANGER), False),
        (Viewer("provider", PERSON), False),
        (Viewer("operator", None), True),
        (Viewer("authority", None), True),
        (Viewer("enterprise", STRANGER), False),
    ],
)
def test_only_its_parties_see_it(viewer: Viewer, sees: bool) -> None:
    assert stored().is_visible_to(viewer) is sees


def test_what_a_person_reported_alone_belongs_to_no_provider() -> None:
    alone = stored(provider_id=None)
    assert alone.is_visible_to(Viewer("participant", PERSON))
    assert not alone.is_visible_to(Viewer("provider", PROVIDER))
    assert not alone.is_visible_to(Viewer("provider", None))


def test_a_reduction_waits_is_selected_sealed_issued_or_reversed() -> None:
    moment = datetime(2026, 7, 1, tzinfo=UTC)
    bundled = stored(bundle_id=UUID(int=5))
    assert (stored().state, stored().reduction_state) == ("quantified", "pending")
    assert bundled.reduction_state == "selected"
    assert replace(bundled, frozen_at=moment).reduction_state == "sealed"
    assert replace(bundled, frozen_at=moment, is_issued=True).reduction_state == "issued"
    gone = stored(reversed_at=moment)
    assert (gone.state, gone.reduction_state) == ("reversed", "reversed")
    # A sealed unit stays, whatever becomes of the action.
    assert replace(bundled, frozen_at=moment, reversed_at=moment).reduction_state == "sealed"
