"""Checking a survey against its rule: every name, key and number, before anything is computed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

from behaviours.rules.members import QuantityRule
from behaviours.rules.methodology import Version
from behaviours.rules.survey_rule import (
    CELLS_MAX,
    KEYS_MAX,
    YEARS_MAX,
    Keys,
    Survey,
    SurveyRule,
    UnfitSurvey,
)

# Where a document tells the project's own figures.
FIXED = "project_parameters"
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_Value = TypeVar("_Value")


def check_survey(version: Version, survey: Survey) -> None:
    """Raises UnfitSurvey at the first thing that does not fit."""
    rule = version.survey
    assert rule is not None
    _check_period(version, survey)
    _check_sets(rule, survey)
    allowed = {
        name: set(survey.years()) if name == rule.years else set(survey.members[name])
        for name in rule.sets
    } | {name: set(keys) for name, keys in version.reckoning.key_sets.items()}
    cells = sum(len(table) for table in survey.quantities.values())
    if cells > CELLS_MAX:
        raise UnfitSurvey("too_many", pointer="/quantities", most=CELLS_MAX)
    _check_names("quantities", rule.quantities, survey.quantities)
    for name, quantity in rule.quantities.items():
        _check_cells("quantities", quantity, survey.quantities[name], allowed)
    _check_names(FIXED, rule.fixed, survey.fixed)
    for name, quantity in rule.fixed.items():
        _check_cells(FIXED, quantity, survey.fixed[name].values, allowed)
    _check_names("labels", rule.labels, survey.labels)
    for name, label in rule.labels.items():
        _check_keys("labels", name, label.sets, survey.labels[name], allowed)
        for keys, word in survey.labels[name].items():
            if word not in label.allowed:
                raise UnfitSurvey(
                    "label_form",
                    pointer=_pointer("labels", name, keys),
                    name=name,
                    word=word,
                    allowed=", ".join(label.allowed),
                )
    _check_previous(rule, survey)


def _check_period(version: Version, survey: Survey) -> None:
    if survey.ends_on <= survey.starts_on or len(survey.years()) > YEARS_MAX:
        raise UnfitSurvey("period", pointer="/period", most=YEARS_MAX - 1)
    version.reckoning.book.check_region(survey.region)


def _check_sets(rule: SurveyRule, survey: Survey) -> None:
    told = {name for name in rule.sets if name != rule.years}
    for name in survey.members:
        if name not in told:
            raise UnfitSurvey("unknown_set", pointer=f"/sets/{name}", name=name)
    for name in sorted(told):
        if name not in survey.members:
            raise UnfitSurvey("set_missing", pointer="/sets", name=name)
        keys = survey.members[name]
        if len(keys) > KEYS_MAX:
            raise UnfitSurvey("too_many", pointer=f"/sets/{name}", most=KEYS_MAX)
        if len(set(keys)) != len(keys):
            raise UnfitSurvey("key_doubled", pointer=f"/sets/{name}", name=name)
        for key in keys:
            if _KEY.fullmatch(key) is None:
                raise UnfitSurvey("key_form", pointer=f"/sets/{name}", name=name, key=key)
    for name, each in rule.sets.items():
        if each.within:
            _check_parents(name, survey, survey.members[each.within])


def _check_parents(name: str, survey: Survey, known: Sequence[str]) -> None:
    parents, allowed = survey.parents.get(name, {}), set(known)
    for key in survey.members[name]:
        if parents.get(key) not in allowed:
            raise UnfitSurvey("parent_unknown", pointer=f"/sets/{name}", name=name, key=key)


def _check_names(section: str, rules: Mapping[str, _Value], told: Mapping[str, object]) -> None:
    for name in told:
        if name not in rules:
            raise UnfitSurvey("unknown_name", pointer=f"/{section}/{name}", name=name)
    for name in rules:
        if name not in told:
            raise UnfitSurvey("missing", pointer=f"/{section}", name=name)


def _check_cells(
    section: str,
    rule: QuantityRule,
    cells: Mapping[Keys, Decimal],
    allowed: Mapping[str, set[str]],
) -> None:
    _check_keys(section, rule.name, rule.sets, cells, allowed)
    for keys, value in cells.items():
        fits = rule.least <= value <= rule.most and (not rule.whole or value == int(value))
        if not fits:
            raise UnfitSurvey(
                "out_of_bounds",
                pointer=_pointer(section, rule.name, keys),
                name=rule.name,
                value=f"{value:f}",
                least=f"{rule.least:f}",
                most=f"{rule.most:f}",
                unit=rule.unit.text,
            )


def _check_keys(
    section: str,
    name: str,
    sets: tuple[str, ...],
    cells: Mapping[Keys, _Value],
    allowed: Mapping[str, set[str]],
) -> None:
    """Keys may be missing, where an equation does not read them; none is unknown."""
    for keys in cells:
        known = len(keys) == len(sets) and all(
            key in allowed[each] for key, each in zip(keys, sets, strict=True)
        )
        if not known:
            raise UnfitSurvey(
                "unknown_key", pointer=_pointer(section, name, keys), name=name, key=".".join(keys)
            )


def _check_previous(rule: SurveyRule, survey: Survey) -> None:
    """All of what the last period came to, or nothing where there was none."""
    for name in survey.previous:
        if name not in rule.previous:
            raise UnfitSurvey("unknown_name", pointer=f"/previous/{name}", name=name)
    if survey.previous:
        for name in rule.previous:
            if name not in survey.previous:
                raise UnfitSurvey("previous_missing", pointer="/previous", name=name)


def _pointer(section: str, name: str, keys: Keys) -> str:
    """As a document writes it: a figure of the project has its source beside its values."""
    within = ("values",) if section == FIXED else ()
    return "/".join(("", section, name, *within, *((".".join(keys),) if keys else ())))
