"""Builders: actions and rule documents with defaults, to be changed by name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.action import Action
from behaviours.actions.judging import judge
from behaviours.actions.quantify import explain, quantify
from behaviours.actions.reduction import Reduction
from behaviours.actions.shipped import load_rulebook, load_version
from behaviours.civil_time import civil_day
from behaviours.document import DocumentError
from behaviours.refusal import Refusal
from behaviours.rules.methodology import Version
from tests.builders.civil import CHINA

NOW = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
TODAY = civil_day(NOW, CHINA)

# What each behaviour takes, with a value that its rule accepts.
SAMPLES: Mapping[str, tuple[dict[str, str], dict[str, str]]] = {
    "metro_ride": ({"trips": "1"}, {"ride_id": "m-1"}),
    "bus_ride": ({"trips": "1"}, {"ride_id": "b-1"}),
    "bike_ride": ({"distance_km": "3.2"}, {"ride_id": "k-1"}),
    "no_disposable_tableware": ({"orders": "1"}, {"order_id": "o-1"}),
    "clean_plate": ({"meals": "1"}, {"order_id": "o-1"}),
    "parcel_box_return": ({"boxes": "1"}, {"waybill_no": "w-1"}),
    "own_bag": ({"times": "1"}, {"receipt_no": "r-1"}),
    "clothing_recycling": ({"mass_kg": "5.5"}, {"weigh_ticket_no": "t-1"}),
    "efficient_air_conditioner": (
        {"annual_kwh": "600", "units": "1"},
        {"serial_no": "sn-1", "invoice_no": "i-1", "model": "KFR-35"},
    ),
    "heat_pump_water_heater": (
        {"units": "1"},
        {"serial_no": "sn-2", "invoice_no": "i-2", "model": "RS-200"},
    ),
    "distributed_pv": ({"generation_kwh": "12.5"}, {"meter_id": "pv-1"}),
    "ev_charging": ({"energy_kwh": "20"}, {"session_id": "s-1"}),
    "household_electricity": ({"consumption_kwh": "6"}, {"account_no": "a-1"}),
    "second_hand_phone": ({"items": "1"}, {"order_id": "o-2", "imei": "356938035643809"}),
    "e_statement": ({"documents": "1"}, {"statement_no": "st-1"}),
    "e_card": ({"documents": "1"}, {"application_no": "ap-1"}),
    "online_bill_payment": ({"payments": "1"}, {"transaction_id": "tr-1"}),
    "ev_distance": ({"distance_km": "40"}, {"vin": "LSVAA4182E2000001"}),
    "ev_taxi_ride": ({"distance_km": "24"}, {"ride_id": "e-1"}),
    "green_power_subscription": ({"energy_kwh": "100"}, {"certificate_no": "gec-1"}),
    "proven_transit_ride": (
        {"trips": "1"},
        {"ride_id": "p-1", "mode": "bus", "proof": "check_in"},
    ),
    "pv_project": (
        {"generation_kwh": "1100", "capacity_kw": "10"},
        {
            "meter_id": "pv-2",
            "connection_no": "c-1",
            "connected_on": "2020-05-01",
            "declared_elsewhere": "no",
        },
    ),
    "walking": ({"steps": "8000"}, {"trace_id": "w-1"}),
    "waste_collection": ({"mass_kg": "12.5"}, {"bag_id": "bag-1"}),
}
# What earns from a later day than NOW on.
LATER: Mapping[str, tuple[dict[str, str], dict[str, str]]] = {
    "reusable_packaging": ({"parcels": "1"}, {"waybill_no": "w-2"}),
    "eco_lunch_box": ({"boxes": "1"}, {"order_id": "o-3"}),
    "recycled_fibre_garment": ({"cotton_kg": "1"}, {"order_line": "o-4/1"}),
    "e_invoice": ({"documents": "1"}, {"invoice_no": "i-3"}),
    "plant_based_meat": ({"mass_kg": "1"}, {"order_line": "o-5/1", "meat": "beef"}),
    "online_meeting": ({"avoided_pkm": "100", "attended": "2"}, {"meeting_id": "m-2"}),
    "smart_waste_sorting": ({"mass_kg.plastic": "2"}, {"bag_id": "bag-2"}),
    "vehicle_recycling": ({"mass_kg.steel": "1000"}, {"batch_no": "b-2"}),
    "water_saving_tap": (
        {"devices": "1", "water_saved": "10"},
        {"serial_no": "tap-1", "invoice_no": "i-4", "meter_no": "w-9"},
    ),
    "stop_driving": (
        {"days": "1", "usual_km": "30", "instead_pkm": "30"},
        {"plate_no": "粤A12345", "car": "compact", "odometer_proof": "p-1"},
    ),
    "material_recycling": ({"mass_t.PET": "2"}, {"weigh_ticket_no": "w-10"}),
    "second_hand_clothing": (
        {"mass_kg": "0.5", "replaced_kg": "0.3"},
        {"order_line": "o-6/1", "condition": "good"},
    ),
    "mangrove_afforestation": (
        {
            "dC_tree": "10",
            "dC_shrub": "1",
            "dC_deadwood": "0",
            "GHG_E": "0.5",
            "dC_BSL": "1",
            "LK": "0",
            "area_ha": "3",
            "years": "1",
            "other_species": "0",
            "disturbed": "0.05",
        },
        {
            "plot_no": "p-2",
            "tenure_no": "t-2",
            "survey_no": "s-2",
            "hydrology": "unchanged",
            "planted_on": "2020-05-01",
        },
    ),
}
# Where a rule is of one province only, and where an action has an end.
REGIONS = {"pv_project": "CN-31", "waste_collection": "CN-33", "proven_transit_ride": "CN-42"}
METERED = frozenset({"distributed_pv", "pv_project", "ev_distance", "proven_transit_ride"})


def an_action(
    behaviour: str = "metro_ride",
    *,
    participant_id: str = "par_1",
    provider_id: str = "prv_1",
    external_id: str = "x-1",
    occurred_at: datetime = NOW - timedelta(hours=2),
    ended_at: datetime | None = None,
    region: str | None = None,
    quantities: Mapping[str, str] | None = None,
    evidence: Mapping[str, str] | None = None,
) -> Action:
    """An action that its rule accepts, unless told otherwise."""
    sample_quantities, sample_evidence = SAMPLES.get(behaviour, ({}, {}))
    if ended_at is None and behaviour in METERED:
        ended_at = occurred_at + timedelta(hours=1)
    return Action(
        participant_id,
        provider_id,
        behaviour,
        external_id,
        occurred_at,
        ended_at,
        REGIONS.get(behaviour, "CN-44") if region is None else region,
        sample_quantities if quantities is None else quantities,
        sample_evidence if evidence is None else evidence,
    )


def judged(action: Action, now: datetime = NOW) -> AcceptedAction | Refusal:
    (answer,) = judge(load_rulebook(), [action], now=now, zone=CHINA)
    return answer


def an_accepted_action(behaviour: str = "metro_ride", **changes: object) -> AcceptedAction:
    answer = judged(an_action(behaviour, **changes))  # type: ignore[arg-type]
    assert isinstance(answer, AcceptedAction), answer
    return answer


def refused(action: Action, now: datetime = NOW) -> Refusal:
    answer = judged(action, now)
    assert isinstance(answer, Refusal), answer
    return answer


def saved(accepted: AcceptedAction, history: list[tuple[date, Decimal]] | None = None) -> Reduction:
    (reduction,) = quantify([accepted], [history or []])
    assert isinstance(reduction, Reduction), reduction
    return reduction


DOCUMENT = """\
code: test.rule
version: "1"
behaviour: test_action
title: {{zh: 试验, en: Trial}}
category: 用
action_class: scene
document: {{title: A trial, issuer: "", number: "", date: "", url: ""}}
scope: Trials.
applicability: [Whatever the test needs.]
applicant: Whoever.
subject: person
regions: {regions}
in_force: {{from: 2024-01-01}}
crediting_period: Once.
{extra}
quantities:
{quantities}
evidence:
  thing_id: {{meaning: Id of the thing.}}
{evidence}
interval: {{required: false, most_hours: "24"}}
claims: [{{kind: thing, evidence: [thing_id]}}]
exclusions: []
parameters:
{parameters}
equations:
{equations}
result: ER
rounding: {{to: mg, mode: down, negative: {negative}}}
caps: []
missing: []
sources:
  book: {{title: "An author: A book", url: "https://example.org/book", read: Everything.}}
"""
EXAMPLES = """\
examples:
  - title: The least that a document needs
    origin: computed
    region: CN-44
    occurred_on: 2025-01-01
    quantities: {{{quantities}}}
    evidence: {{thing_id: t-1{evidence}}}
    saved_mg: "{saved_mg}"
"""


def a_document(
    equations: Mapping[str, tuple[str, str]] | str = "mass * EF",
    *,
    quantities: Mapping[str, str] | None = None,
    parameters: Mapping[str, tuple[str, str]] | None = None,
    evidence: str = "",
    negative: str = "zero",
    regions: str = "all",
    extra: str = "",
) -> str:
    """A rule document; equations as (formula, unit) and parameters as (value, unit) by name."""
    if isinstance(equations, str):
        equations = {"ER": (equations, "kgCO2e")}
    quantities = {"mass": "kg"} if quantities is None else quantities
    parameters = {"EF": ("2", "kgCO2e/kg")} if parameters is None else parameters
    quantity_lines = "".join(
        f'  {name}: {{unit: {unit}, least: "0", most: "100000000", meaning: m, evidence: e}}\n'
        for name, unit in quantities.items()
    )
    parameter_lines = "".join(
        f'  {name}:\n    unit: "{unit}"\n    meaning: m\n    values:\n'
        f'      - {{value: "{value}", source: book, grade: official}}\n'
        for name, (value, unit) in parameters.items()
    )
    equation_lines = "".join(
        f'  - {{name: {name}, is: "{text}", unit: "{unit}", meaning: m, source: book, '
        "grade: official}\n"
        for name, (text, unit) in equations.items()
    )
    return DOCUMENT.format(
        quantities=quantity_lines.rstrip() or "  {}",
        parameters=parameter_lines.rstrip() or "  {}",
        equations=equation_lines.rstrip(),
        evidence=evidence,
        negative=negative,
        regions=regions,
        extra=extra,
    )


def a_version(
    document: str,
    *,
    example: Mapping[str, str] | None = None,
    saved_mg: str = "2000000",
    evidence: str = "",
) -> Version:
    """The version of a document whose single example saves ``saved_mg``."""
    sent = {"mass": "1"} if example is None else example
    shown = ", ".join(f'{name}: "{value}"' for name, value in sent.items())
    examples = EXAMPLES.format(quantities=shown, saved_mg=saved_mg, evidence=evidence)
    return load_version(document, examples, "test/methodology.yaml")


def worked(version: Version, quantities: Mapping[str, str]) -> Decimal:
    """The exact kilograms that a version gives, before the rounding."""
    working = explain(version, quantities, {}, "CN-44", date(2025, 1, 1))
    return Decimal(working.shown["rounding"]["exact_kg"])


def saved_mg(version: Version, quantities: dict[str, str], evidence: dict[str, str]) -> int:
    return explain(version, quantities, evidence, "CN-44", date(2025, 1, 1)).saved_mg


def refusal_of(version: Version, quantities: dict[str, str], **evidence: str) -> Refusal:
    with pytest.raises(Refusal) as caught:
        explain(version, quantities, evidence, "CN-44", date(2025, 1, 1))
    return caught.value


def error_of(document: str) -> DocumentError:
    examples = EXAMPLES.format(quantities='mass: "1"', evidence="", saved_mg="1")
    with pytest.raises(DocumentError) as caught:
        load_version(document, examples, "test/methodology.yaml")
    return caught.value
