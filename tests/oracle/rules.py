"""Rules from their documents: what one action saves, in milligrams, by fractions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import product
from math import floor
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from tests.oracle.figures import picked, potentials, printed, read
from tests.oracle.formulas import Amount, NoResult, Setting, amount, formula
from tests.oracle.limits import counted, credited
from tests.oracle.measures import Powers, measure
from tests.oracle.uncertainty import deducted, half_width_kg

METHODOLOGIES = Path(__file__).parents[2] / "behaviours/methodologies"
MG_PER_KG = 1_000_000
# Replaced by name in a document that amends another; everything else is replaced whole.
_BY_NAME = ("quantities", "evidence", "keys", "parameters", "sources")
Table: TypeAlias = tuple[dict[tuple[str, ...], Fraction], Powers]


class Question(NamedTuple):
    """An action as it was sent. ``stated`` are test values of awaited figures, ``pinned`` the
    names of the factors with which it was recorded."""

    quantities: Mapping[str, str]
    evidence: Mapping[str, str]
    region: str
    on: date
    recorded_on: date
    earlier: Sequence[tuple[date, Fraction]] = ()
    stated: Mapping[str, Any] | None = None
    pinned: Mapping[str, str] | None = None
    by_person: bool = False
    # By the names of limits: what counted before in their periods.
    before: Mapping[str, str] = {}


class OracleRule:
    """One version, with its formulas read once."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.label = f"{document['code']}@{document['version']}"
        self.starts_on = date.fromisoformat(document["in_force"]["from"])
        self.keys: dict[str, list[str]] = dict(document.get("keys") or {})
        self.equations = [
            (each["name"], measure(each["unit"]), formula(each["is"]))
            for each in document["equations"]
        ]
        self.conditions = [formula(each["if"]) for each in document.get("eligibility", ())]
        rounding = document["rounding"]
        assert (rounding["to"], rounding["mode"]) == ("mg", "down"), "another rounding"
        self.refuses_negative = rounding["negative"] == "refuse"
        self._figures: dict[tuple[object, ...], tuple[dict[str, Amount], dict[str, Table]]] = {}

    @property
    def awaits(self) -> bool:
        """Whether a figure, or more, is not known yet."""
        parameters = self.document["parameters"].values()
        gases = self.document.get("gases", {})
        known = potentials().get(gases.get("gwp_set", ""), {})
        missing = [gas for gas in gases.get("counted", ()) if gas != "CO2" and gas not in known]
        lacking = any("required" in each for each in parameters) or bool(missing)
        return lacking or bool(self.document.get("awaiting"))

    def saved_mg(self, question: Question) -> int:
        """Milligrams, rounded down once; NoResult where the rule refuses."""
        left = counted(self.document, question.quantities, question.before)
        exact = self.exact_mg(question, left)
        if left is None:
            return 0
        return credited(self.document, max(floor(exact), 0), left, question.before)

    def exact_mg(self, question: Question, left: Mapping[str, str] | None = None) -> Fraction:
        """Before the rounding; NoResult where the rule refuses. ``left`` are the quantities that
        count; whether the action fits the rule is asked of what was sent."""
        setting = self._setting(question)
        if not all(condition(setting) for condition in self.conditions):
            raise NoResult("NOT_ELIGIBLE")
        if left is not None:
            setting = self._setting(question._replace(quantities=left))
        for name, own, work in self.equations:
            found = amount(work(setting))
            assert found.powers in (None, own.powers), f"{self.label}: {name} is of another kind"
            setting.amounts[name] = Amount(found.number, own.powers)
        kilograms = setting.amounts[self.document["result"]].number
        if self.refuses_negative and kilograms < 0:
            raise NoResult("CANNOT_CALCULATE")
        if question.by_person:
            kilograms *= Fraction(self.document["reporting"]["evidence_factor"])
        deduction = self.document.get("uncertainty_deduction")
        if deduction is not None:
            wide = self.half_width_kg(question, left, deduction["confidence"])
            kilograms = deducted(deduction, kilograms, wide)
        return kilograms * MG_PER_KG

    def half_width_kg(
        self, question: Question, left: Mapping[str, str] | None = None, at: str = "95"
    ) -> Fraction:
        """How far the result may be off, by the figures that say how far they may."""

        def worth(document: Mapping[str, Any]) -> Fraction:
            plain = {n: each for n, each in document.items() if n != "uncertainty_deduction"}
            return OracleRule(plain).exact_mg(question, left) / MG_PER_KG

        return half_width_kg(self.document, question.on, at, worth)

    def _setting(self, asked: Question) -> Setting:
        amounts, tables = self._known_figures(asked)
        sent: dict[str, Table] = {}
        given: dict[str, Amount | None] = {}
        measures = {}
        amounts = dict(amounts)
        for name, quantity in self.document["quantities"].items():
            own = measures[name] = measure(quantity["unit"])
            if "by" in quantity:
                rows = product(*(self.keys[each] for each in quantity["by"]))
                table = {
                    row: Fraction(asked.quantities.get(".".join((name, *row)), "0")) * own.factor
                    for row in rows
                }
                sent[name] = (table, own.powers)
            elif quantity.get("optional") == "true":
                text = asked.quantities.get(name)
                given[name] = (
                    None if text is None else Amount(Fraction(text) * own.factor, own.powers)
                )
            else:
                amounts[name] = Amount(Fraction(asked.quantities[name]) * own.factor, own.powers)
        return Setting(
            amounts=amounts,
            tables=tables,
            texts=self._texts(asked),
            sent=sent,
            given=given,
            measures=measures,
            key_sets=self.keys,
            on=asked.on,
            earlier=asked.earlier,
        )

    def _texts(self, asked: Question) -> dict[str, str | date]:
        texts: dict[str, str | date] = {"region": asked.region[:5]}
        for name, evidence in self.document["evidence"].items():
            text = asked.evidence.get(name, evidence.get("default"))
            if text is None:
                # Nobody has to tell what no formula reads.
                continue
            texts[name] = date.fromisoformat(text) if evidence.get("type") == "date" else text
        return texts

    def _known_figures(self, asked: Question) -> tuple[dict[str, Amount], dict[str, Table]]:
        stated, pinned = asked.stated, asked.pinned
        if stated is not None or pinned is not None:
            return self._figures_of(asked)
        key = (asked.region[:5], asked.on, asked.recorded_on)
        if key not in self._figures:
            self._figures[key] = self._figures_of(asked)
        return self._figures[key]

    def _figures_of(self, asked: Question) -> tuple[dict[str, Amount], dict[str, Table]]:
        amounts: dict[str, Amount] = {}
        tables: dict[str, Table] = {}
        for name, parameter in self.document["parameters"].items():
            own = measure(parameter["unit"])
            if "series" in parameter:
                amounts[name] = self._of_series(name, parameter["series"], asked)
                continue
            value = self._value(name, parameter, asked)
            if isinstance(value, dict):
                rows = {key: number * own.factor for key, number in value.items()}
                tables[name] = (rows, own.powers)
            else:
                amounts[name] = Amount(value * own.factor, own.powers)
        self._implied(amounts, tables, asked)
        return amounts, tables

    def _of_series(self, name: str, series: Mapping[str, str], asked: Question) -> Amount:
        if asked.pinned is not None:
            factor = printed()[asked.pinned[name]]
        else:
            rule = tuple(sorted(series.items()))
            factor = picked(rule, asked.region[:5], asked.on, asked.recorded_on)
        return Amount(factor.number * factor.measure.factor, factor.measure.powers)

    def _value(
        self, name: str, parameter: Mapping[str, Any], asked: Question
    ) -> Fraction | dict[tuple[str, ...], Fraction]:
        if "required" in parameter:
            if asked.stated is None:
                raise NoResult("METHODOLOGY_INCOMPLETE")
            found = asked.stated[name]
            if isinstance(found, str):
                return Fraction(found)
            return {tuple(key.split(".")): Fraction(text) for key, text in found.items()}
        dated = [
            (date.fromisoformat(each["from"]) if "from" in each else self.starts_on, each)
            for each in parameter["values"]
        ]
        begun = [each for day, each in dated if day <= asked.on] or [dated[0][1]]
        value = begun[-1]
        if "rows" in value:
            return {tuple(row["key"]): Fraction(row["value"]) for row in value["rows"]}
        return Fraction(value["value"])

    def _implied(
        self, amounts: dict[str, Amount], tables: dict[str, Table], asked: Question
    ) -> None:
        """Warming potentials of the gases, and what each grade of evidence is worth."""
        gases = self.document.get("gases", {})
        for gas in gases.get("counted", ()):
            if gas == "CO2":
                continue
            name = f"GWP_{gas}"
            known = potentials()[gases["gwp_set"]].get(gas)
            if known is None:
                if asked.stated is None:
                    raise NoResult("METHODOLOGY_INCOMPLETE")
                known = Fraction(asked.stated[name])
            amounts[name] = Amount(known, measure(f"kgCO2e/kg{gas}").powers)
        grades = self.document.get("evidence_grades")
        if grades is not None:
            rows = {(key,): Fraction(text) for key, text in grades["factors"].items()}
            tables["evidence_factor"] = (rows, ())


def document_at(folder: Path) -> dict[str, Any]:
    """The whole document of a folder, with what it takes over of the one that it amends."""
    own = read(folder / "methodology.yaml")
    if "amends" not in own:
        return dict(own)
    whole = document_at(folder.parent / own["amends"])
    for name, value in own.items():
        if name in _BY_NAME and name in whole:
            whole[name] = {**whole[name], **value}
        elif name != "amends":
            whole[name] = value
    return whole


def examples_at(folder: Path) -> list[dict[str, Any]]:
    """The examples of a folder, and those of the versions that it amends."""
    own = read(folder / "methodology.yaml")
    found = list(read(folder / "examples.yaml")["examples"])
    if "amends" in own:
        found += examples_at(folder.parent / own["amends"])
    return found


def all_folders() -> list[Path]:
    """Of every shipped version that prices actions."""
    folders = sorted(path.parent for path in METHODOLOGIES.glob("*/*/*/methodology.yaml"))
    return [each for each in folders if document_at(each)["subject"] != "project"]
