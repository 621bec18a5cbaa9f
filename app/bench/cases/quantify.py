"""What it costs to quantify: one action at a time on one core, with and without the working.

Where OpenFisca-core is installed, the same rule runs there in the same rounds. It computes in
binary fractions of 32 bits and keeps no working; it is the nearest thing that is public.
"""

from __future__ import annotations

import importlib
import importlib.util
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import localcontext
from functools import partial
from typing import Any

from app.bench.frame import BenchCase, Figure
from app.bench.ground import Ground
from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.action import Action
from behaviours.actions.judging import judge
from behaviours.actions.quantify import explain, quantify
from behaviours.actions.shipped import (
    METHODOLOGIES_FOLDER,
    load_file,
    load_rulebook,
    load_shipped,
)
from behaviours.rules.evaluation import evaluate
from behaviours.rules.formula_functions import Occasion
from behaviours.rules.units import ARITHMETIC

COUNT = 10_000
TRIES = 3
DONE_AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
ENERGY_KWH = "30"


def run(ground: Ground) -> Iterator[Figure]:
    """A rule of four equations (electric car charging) and, for the catalogue, all of them."""
    accepted = _an_action()
    rival = _openfisca(accepted)
    evaluated, quantified, explained, theirs = [], [], [], []
    for _ in range(ground.rounds):
        evaluated.append(_per_second(lambda: _evaluate(accepted, COUNT), COUNT))
        quantified.append(_per_second(lambda: quantify([accepted] * COUNT), COUNT))
        explained.append(_per_second(lambda: _explain(accepted, COUNT // 10), COUNT // 10))
        if rival is not None:
            theirs.append(_per_second(lambda: [rival() for _ in range(COUNT // 10)], COUNT // 10))
    yield Figure("evaluated, no working", tuple(evaluated), "actions/s", at_least=1_000_000)
    yield Figure("quantified, inputs kept", tuple(quantified), "actions/s")
    yield Figure("explained, every step kept", tuple(explained), "actions/s", at_least=70_000)
    if theirs:
        yield Figure("OpenFisca-core, one at a time", tuple(theirs), "actions/s")
        ratios = tuple(ours / other for ours, other in zip(explained, theirs, strict=True))
        yield Figure("explained against OpenFisca-core", ratios, "ratio")
    else:
        ground.say("  OpenFisca-core is not installed: nothing to compare with")
    yield from _loading(ground)


def _an_action() -> AcceptedAction:
    action = Action(
        participant_id="0" * 32,
        provider_id="1" * 32,
        behaviour="ev_charging",
        external_id="bench",
        occurred_at=DONE_AT,
        ended_at=None,
        region="CN-44",
        quantities={"energy_kwh": ENERGY_KWH},
        evidence={"session_id": "bench"},
    )
    (accepted,) = judge(load_rulebook(), [action], now=DONE_AT, zone=UTC)
    assert isinstance(accepted, AcceptedAction), accepted
    return accepted


def _spent(work: Callable[[], object]) -> float:
    """Seconds of the processor, the least of a few: what else the machine does decides nothing."""
    tries = []
    for _ in range(TRIES):
        began = time.process_time()
        work()
        tries.append(time.process_time() - began)
    return min(tries)


def _per_second(work: Callable[[], object], count: int) -> float:
    return count / _spent(work)


def _evaluate(accepted: AcceptedAction, count: int) -> None:
    version, moment = accepted.version, Occasion(accepted.occurred_on, accepted.action.region)
    rounding, result = version.stated.rounding, version.reckoning.result
    with localcontext(ARITHMETIC):
        for _ in range(count):
            steps = evaluate(
                version, accepted.bound, accepted.quantities, accepted.evidence, moment
            )
            rounding.mg(steps[result])


def _explain(accepted: AcceptedAction, count: int) -> None:
    for _ in range(count):
        explain(
            accepted.version, accepted.quantities, {}, accepted.action.region, accepted.occurred_on
        )


def _loading(ground: Ground) -> Iterator[Figure]:
    """Each shipped document with its examples, the catalogue as a process reads it, and whole."""
    documents = sorted(METHODOLOGIES_FOLDER.glob("*/*/*/methodology.yaml"))
    slowest, started, whole = [], [], []
    for _ in range(ground.rounds):
        spent = [_spent(partial(load_file, path, METHODOLOGIES_FOLDER)) for path in documents]
        slowest.append(max(spent) * 1000)
        started.append(_spent(load_shipped))
        whole.append(_spent(partial(load_rulebook, METHODOLOGIES_FOLDER)))
    yield Figure("slowest document checked, with its examples", tuple(slowest), "ms", at_most=10)
    yield Figure(f"catalogue of {len(documents)} read", tuple(started), "s", at_most=0.25)
    yield Figure("the same, every example tried", tuple(whole), "s")


def _openfisca(accepted: AcceptedAction) -> Callable[[], object] | None:
    """One calculation of the same rule by OpenFisca-core, or None where it is not installed."""
    if importlib.util.find_spec("openfisca_core") is None:
        return None
    system = _tax_and_benefit_system(accepted)
    builder = importlib.import_module("openfisca_core.simulations").SimulationBuilder
    day = accepted.occurred_on.isoformat()
    situation = {"persons": {"one": {"energy_kwh": {day: float(ENERGY_KWH)}}}}

    def calculate() -> object:
        simulation = builder().build_from_entities(system, situation)
        return simulation.calculate("reduction_kg", day)

    return calculate


def _tax_and_benefit_system(accepted: AcceptedAction) -> Any:
    entities = importlib.import_module("openfisca_core.entities")
    periods = importlib.import_module("openfisca_core.periods")
    variable = importlib.import_module("openfisca_core.variables").Variable
    systems = importlib.import_module("openfisca_core.taxbenefitsystems")
    person = entities.Entity("person", "persons", "A person", "")
    names = [parameter.name for parameter in accepted.version.reckoning.parameters]
    figures = dict(zip(names, map(float, accepted.bound.values), strict=True))

    def formula(people: Any, period: Any) -> Any:
        energy = people("energy_kwh", period)
        distance = energy * figures["EF_pair"] / figures["EF_ev"]
        return distance * figures["EF_car"] - energy * figures["EF_grid"]

    common = {
        "value_type": float,
        "entity": person,
        "definition_period": periods.DateUnit.DAY,
        "label": "bench",
    }
    system = systems.TaxBenefitSystem([person])
    system.add_variable(type("energy_kwh", (variable,), dict(common)))
    system.add_variable(type("reduction_kg", (variable,), {**common, "formula": formula}))
    return system


CASE = BenchCase("quantify", "Rules on one core, one action at a time", run)
