"""Proxies: figures that stand in for those of a text that was not read, and say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from math import floor

import pytest

from app.messages.catalogues import sentence
from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.drafts import check_document
from behaviours.actions.judging import judge
from behaviours.actions.shipped import load_file, load_rulebook, load_version
from behaviours.document import DocumentError
from behaviours.rules.factors import shipped_factors
from behaviours.rules.members import Awaited
from behaviours.rules.methodology import MethodologyIncomplete, Validity, Version
from behaviours.rules.proxies import Proxy, proxy_of
from behaviours.rules.rulebook import Behaviour, Rulebook
from tests.behaviours.builders import EXAMPLES, LATER, a_document, an_action, saved
from tests.builders.civil import CHINA
from tests.builders.refusals import refuses

VERSIONS = load_rulebook().versions()
STARTS = date(2026, 12, 15)
BEGINS = datetime(2026, 12, 14, 16, tzinfo=UTC)
# Kilograms of the CPCD's rows (an e-mail: ADEME's), for what is replaced and what replaces it.
PAIRS = {
    "reusable_packaging": ("0.381092", "0.098068"),
    "eco_lunch_box": ("0.18618", "0.13793"),
    "recycled_fibre_garment": ("9.673", "4.380"),
    "e_invoice": ("0.00464", "0.00246"),
}


def answer(behaviour: str, done: datetime, count: int = 1) -> object:
    quantities, evidence = LATER[behaviour]
    action = an_action(
        behaviour,
        region="CN-44",
        occurred_at=done,
        quantities=dict.fromkeys(quantities, str(count)),
        evidence=evidence,
    )
    (found,) = judge(load_rulebook(), [action], now=done + timedelta(minutes=1), zone=CHINA)
    return found


@pytest.mark.parametrize("behaviour", sorted(PAIRS))
@pytest.mark.parametrize("count", [1, 3, 7])
def test_what_a_proxy_saves_is_the_difference_of_its_pair(behaviour, count):
    replaced, replacing = (Fraction(each) for each in PAIRS[behaviour])
    accepted = answer(behaviour, BEGINS, count)
    assert isinstance(accepted, AcceptedAction)
    reduction = saved(accepted)
    assert reduction.saved_mg == count * (replaced - replacing) * 1_000_000
    # The figures are secondary, but no text that was read says that they are to be subtracted so.
    assert reduction.provenance == "assumption"


@dataclass(frozen=True)
class Case:
    """An action and the kilograms that the figures of ``figures.md`` give by hand."""

    behaviour: str
    quantities: Mapping[str, str]
    evidence: Mapping[str, str]
    kg: str | Fraction
    region: str = "CN-44"
    hours: int = 0


def f(number: str) -> Fraction:
    return Fraction(number)


VIN = {"vin": "LSVAA4182E2000001"}
LAND = {
    "plot_no": "P-1", "tenure_no": "T-1", "survey_no": "S-1", "hydrology": "unchanged",
    "planted_on": "2020-05-01",
}  # fmt: skip
SURVEY = {
    "dC_tree": "10", "dC_shrub": "1", "dC_deadwood": "0", "GHG_E": "0.5", "dC_BSL": "1", "LK": "0",
    "area_ha": "3", "years": "1", "other_species": "0", "disturbed": "0.05",
}  # fmt: skip
CASES = [
    Case("plant_based_meat", {"mass_kg": "0.3"}, {"order_line": "1", "meat": "beef"},
         f("0.3") * (f("22.43") - f("3.72"))),
    Case("plant_based_meat", {"mass_kg": "0.3"}, {"order_line": "1", "meat": "pork"}, "0"),
    Case("online_meeting", {"avoided_pkm": "240", "attended": "1.5"}, {"meeting_id": "1"},
         240 * f("0.0204") - f("1.5") * f("0.05706")),
    Case("smart_waste_sorting", {"mass_kg.metal": "1", "mass_kg.glass": "2"}, {"bag_id": "1"},
         f("3.47311953") - f("1.70642359") + 2 * (f("1.40276667") - f("0.82318954"))),
    Case("smart_waste_sorting", {"mass_kg.kitchen": "2"}, {"bag_id": "1", "disposal": "landfill"},
         2 * (f("0.2453") - f("0.06238"))),
    Case("smart_waste_sorting", {"mass_kg.kitchen": "2"}, {"bag_id": "1"}, "0"),
    Case("vehicle_recycling", {"mass_kg.steel": "700", "mass_kg.PET": "30"}, {"batch_no": "1"},
         700 * (f("2.05433") - f("1.55")) + 30 * (f("3.86390131") - f("2.21390131"))),
    Case("water_saving_tap", {"devices": "1", "water_saved": "12.5"},
         {"serial_no": "1", "invoice_no": "1", "meter_no": "1"},
         f("12.5") * (f("0.168") + f("0.432"))),
    Case("stop_driving", {"days": "1", "usual_km": "42", "instead_pkm": "20"},
         {"plate_no": "1", "car": "suv", "odometer_proof": "1"},
         42 * f("0.21815") - 20 * f("0.10227")),
    Case("ev_distance", {"distance_km": "80"}, {**VIN, "car": "medium"},
         80 * (f("0.19567") - f("0.20656") * f("0.4419")), hours=24),
    Case("ev_distance", {"distance_km": "80", "charged_kwh": "20"}, VIN,
         80 * f("0.15404") - 20 * f("0.4419"), hours=24),
    Case("ev_charging", {"energy_kwh": "31"}, {"session_id": "1"},
         31 * (f("0.15404") / f("0.20656") - f("0.4419"))),
    Case("efficient_air_conditioner", {"annual_kwh": "600", "units": "1"},
         {"serial_no": "1", "invoice_no": "1", "model": "1"},
         (f("3.5") * 955 / 4 - 600) * f("0.50885")),
    Case("material_recycling", {"mass_t.HDPE": "1", "mass_t.LDPE": "2"}, {"weigh_ticket_no": "1"},
         f("3095.15524") - f("1770.79099") + 2 * (f("2965.0779") - f("1097.90131"))),
    Case("second_hand_clothing", {"mass_kg": "1", "replaced_kg": "0.4"},
         {"order_line": "1", "condition": "good"}, f("0.4") * f("22.31") - f("0.15225")),
    Case("mangrove_afforestation", SURVEY, LAND, 1000 * (f("9.5") + 3 * f("0.5") * 44 / 12),
         region="CN-46", hours=8760),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.behaviour)
def test_what_a_new_version_saves_is_what_its_figures_give_by_hand(case):
    # Late enough for actions that have lasted a year.
    ended = BEGINS + timedelta(hours=case.hours) if case.hours else None
    action = an_action(
        case.behaviour,
        region=case.region,
        occurred_at=BEGINS,
        ended_at=ended,
        quantities=case.quantities,
        evidence=case.evidence,
    )
    now = (ended or BEGINS) + timedelta(minutes=1)
    (accepted,) = judge(load_rulebook(), [action], now=now, zone=CHINA)
    assert isinstance(accepted, AcceptedAction), accepted
    assert accepted.version.validity.starts_on == STARTS
    reduction = saved(accepted)
    assert reduction.saved_mg == max(floor(Fraction(case.kg) * 1_000_000), 0)
    assert reduction.provenance == "assumption"


def test_every_new_version_is_tried_by_hand():
    started = {v.behaviour for v in VERSIONS if v.validity.starts_on >= STARTS}
    assert started == {case.behaviour for case in CASES} | PAIRS.keys()


@pytest.mark.parametrize("behaviour", sorted(PAIRS))
def test_before_its_first_day_the_behaviour_still_waits(behaviour):
    assert isinstance(answer(behaviour, BEGINS - timedelta(hours=1)), MethodologyIncomplete)


PROXIES = [version for version in VERSIONS if proxy_of(version) is not None]
REPLACED = {
    "acef.e_invoice@2022-proxy-3", "acef.online_meeting@2022-proxy-3",
    "acef.plant_based_meat@2022-proxy-3", "acef.recycled_fibre_garment@2022-proxy-3",
    "acef.reusable_packaging@2022-proxy-3", "acef.smart_waste_sorting@2024-proxy-3",
    "acef.stop_driving@draft-proxy-3", "acef.water_saving_tap@2022-proxy-3",
    "ar14.mangrove_afforestation@proxy-1", "cace.second_hand_clothing@2023-proxy-3",
    "cace.vehicle_recycling@2022-proxy-3", "cdm.ams_iii_aj@03-proxy-3",
    "cppia.eco_lunch_box@2023-proxy-3", "csae.ev_charging@2021-proxy-3",
    "csae.ev_distance@2021-proxy-3",
}  # fmt: skip


def test_these_are_the_proxies():
    assert {version.label for version in PROXIES} == REPLACED


@pytest.mark.parametrize("version", PROXIES, ids=lambda v: v.label)
def test_a_proxy_says_so_in_its_version_its_document_and_its_scope(version):
    found = proxy_of(version)
    assert found is not None
    assert found.why == version.stated.document.title
    assert found.why.startswith("Proxy from ")
    assert "in place of" in found.why
    assert "proxy" in version.stated.scope.lower()
    assert version.stated.missing
    assert version.validity.starts_on >= STARTS
    if found.stands_for:
        assert load_rulebook().version(version.code, found.stands_for)
    # Nobody has printed the equation for these figures: no proxy enters a bundle by itself.
    assert "assumption" in {each.grade for each in version.reckoning.equations}


@pytest.mark.parametrize("version", PROXIES, ids=lambda v: v.label)
def test_a_region_with_a_rule_of_its_own_is_never_given_a_proxy(version):
    """Neither by one for all regions nor by one of the region itself that starts later."""
    own = replace(version, version="own", validity=of_region(version, "CN-46", days=-90))
    for proxy in (version, replace(version, validity=of_region(version, "CN-46", days=0))):
        rulebook = Rulebook([proxy, own], shipped_factors())
        assert rulebook.version_for(version.behaviour, STARTS, "CN-46").version == "own"
    if version.validity.regions is None:
        rulebook = Rulebook([version, own], shipped_factors())
        assert rulebook.version_for(version.behaviour, STARTS, "CN-44") is version


@pytest.mark.parametrize("version", PROXIES, ids=lambda v: v.label)
def test_a_rule_of_the_region_that_awaits_figures_keeps_no_proxy_out(version):
    """Otherwise nobody there would be served until the region's figures are found."""
    awaited = (Awaited("EF", "the factor", "the region's text"),)
    own = replace(
        version,
        version="own",
        validity=of_region(version, "CN-46", days=1),
        awaiting=awaited,
    )
    rulebook = Rulebook([version, own], shipped_factors())
    after = STARTS + timedelta(days=2)
    assert rulebook.version_for(version.behaviour, after, "CN-46") is version


def of_region(version: Version, region: str, *, days: int) -> Validity:
    return replace(
        version.validity, regions=frozenset({region}), starts_on=STARTS + timedelta(days=days)
    )


def test_the_catalogue_tells_what_is_to_be_sent_today_and_what_from_which_day():
    """An app that sends tomorrow's evidence today would be refused."""

    def told(on: date) -> dict[str, Behaviour]:
        return {each.code: each for each in load_rulebook().behaviours(on)}

    before, after = told(STARTS - timedelta(days=1)), told(STARTS)
    assert before.keys() == after.keys()
    for code, later in after.items():
        each = before[code]
        if code in PAIRS.keys() | {"plant_based_meat", "second_hand_clothing"}:
            # Its first rule is to come, and says so.
            assert each == later
            assert each.in_force_from == STARTS
    charging = before["ev_charging"]
    assert charging.methodology == "csae.ev_charging@2021-2"
    assert "car" not in {rule.name for rule in charging.evidence}
    assert "car" in {rule.name for rule in after["ev_charging"].evidence}
    assert after["ev_charging"].in_force_from == STARTS


def test_hainan_has_a_rule_of_its_own_that_awaits_and_is_served_by_the_proxy():
    found = load_rulebook().version_for("mangrove_afforestation", STARTS, "CN-46")
    assert found.label == "ar14.mangrove_afforestation@proxy-1"
    assert load_rulebook().version("hainan.mangrove_afforestation", "1-2").awaiting


PLAIN = a_document()
SOURCE = 'book: {title: "An author: A book", url: "https://example.org/book", read: Everything.}'
DIGEST = "a" * 64


def drafted(document: str) -> Version:
    examples = EXAMPLES.format(quantities='mass: "1"', evidence="", saved_mg="2000000")
    return check_document("test.rule", None, document, examples)


@pytest.mark.parametrize(
    ("source", "case"),
    [
        ('{title: "A book", url: "https://example.org/book", read: Everything.}',
         "does not say whose text"),
        ('{title: ": A book", url: "https://example.org/book", read: Everything.}',
         "does not say whose text"),
        ('{title: "An author: A book", url: "", read: Everything.}', "neither an address"),
        ('{title: "An author: A book", url: "a shelf", read: Everything.}', "neither an address"),
        (f'{{title: "An author: A book", url: "", read: "sha256 {DIGEST[:-1]}"}}',
         "neither an address"),
    ],
)  # fmt: skip
def test_an_official_figure_of_no_known_text_is_refused_in_a_new_rule(source, case):
    document = PLAIN.replace(SOURCE, f"book: {source}")
    assert document != PLAIN
    with pytest.raises(DocumentError) as caught:
        drafted(document)
    assert case in sentence(caught.value)
    assert [each.pointer for each in caught.value.all] == [
        "/document/parameters/EF/values/0/grade",
        "/document/equations/0/grade",
    ]
    # What was published before is read as it stands, and a lesser grade needs neither.
    examples = EXAMPLES.format(quantities='mass: "1"', evidence="", saved_mg="2000000")
    assert load_version(document, examples, "test/methodology.yaml")
    assert drafted(document.replace("grade: official", "grade: secondary"))


@pytest.mark.parametrize(
    "source",
    [
        SOURCE,
        f'book: {{title: "作者：一本书", url: "", read: "Its file, sha256 {DIGEST}, all of it."}}',
    ],
)
def test_an_official_figure_has_an_address_or_a_stored_document_with_its_digest(source):
    assert drafted(PLAIN.replace(SOURCE, source))


def test_a_shipped_folder_is_held_to_the_same(tmp_path):
    folder = tmp_path / "test/test_action/1"
    folder.mkdir(parents=True)
    examples = EXAMPLES.format(quantities='mass: "1"', evidence="", saved_mg="2000000")
    (folder / "examples.yaml").write_text(examples, "utf-8")
    path = folder / "methodology.yaml"
    path.write_text(PLAIN, "utf-8")
    assert load_file(path, tmp_path).label == "test.rule@1"
    path.write_text(PLAIN.replace('url: "https://example.org/book"', 'url: ""'), "utf-8")
    with refuses(DocumentError, match="neither an address"):
        load_file(path, tmp_path)


HIDDEN = PLAIN.replace('version: "1"', 'version: "1-proxy-2"')
SAID = HIDDEN.replace("title: A trial", "title: Proxy from a book in place of a text")


@pytest.mark.parametrize(
    ("document", "case"),
    [
        (HIDDEN, "do not agree on whether this is a proxy"),
        (SAID.replace("1-proxy-2", "1"), "do not agree on whether this is a proxy"),
        (SAID, "nothing is listed as missing"),
    ],
)
def test_a_proxy_that_does_not_say_so_is_refused(document, case):
    with refuses(DocumentError, match=case):
        drafted(document)
    whole = SAID.replace("missing: []", "missing: [{what: the factor, where: the text}]")
    assert proxy_of(drafted(whole)) == Proxy("1", "Proxy from a book in place of a text")
