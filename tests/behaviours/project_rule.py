"""A rule of projects on trial, with strata, plots, years, labels and what came before."""

from __future__ import annotations

from collections.abc import Mapping

from behaviours.actions.shipped import load_version
from behaviours.rules.methodology import Version

DOCUMENT = """\
code: test.project
version: "1"
behaviour: test_project
title: {zh: 试验项目, en: A project on trial}
category: project
action_class: project
document: {title: A trial, issuer: "", number: "", date: "", url: ""}
scope: Trials.
applicability: [Whatever the test needs.]
applicant: Whoever.
subject: project
regions: all
in_force: {from: 2024-01-01}
crediting_period: Once.
sets:
  strata: {meaning: Strata}
  plots: {within: strata, meaning: Plots}
  years: {civil_years: true, meaning: Years}
keys: {kinds: [wet, dry]}
labels:
  kind: {by: [strata], allowed: [wet, dry], meaning: Kind of the stratum}
quantities:
  area: {unit: ha, by: [strata], least: "0", most: "1000", meaning: m, evidence: e}
  mass: {unit: t/ha, by: [plots], least: "-5", most: "1000", meaning: m, evidence: e}
  fuel: {unit: tCO2e, by: [years], least: "0", most: "1000", meaning: m, evidence: e}
  cars: {unit: "1", whole: true, least: "0", most: "10", meaning: m, evidence: e}
project_parameters:
  risk: {unit: "1", least: "0", most: "1", meaning: m, evidence: e}
previous:
  ER: {unit: tCO2e, meaning: Before}
parameters:
  EF:
    unit: tCO2e/t
    meaning: m
    by: [kinds]
    values:
      - {rows: [{key: [wet], value: "2"}, {key: [dry], value: "1"}], source: book, grade: official}
  each:
    unit: tCO2e
    meaning: m
    values: [{value: "1", source: book, grade: official}]
equations:
EQUATIONS
result: ER
results: [kept]
vintages: by_year
rounding: {to: mg, mode: down, negative: keep}
caps: []
missing: []
sources:
  book: {title: A book, url: "", read: Everything.}
"""
EQUATIONS: Mapping[str, tuple[str, str, str]] = {
    "m": ("i in strata", "mean(p in plots[i]: mass[p])", "t/ha"),
    "saved": ("i in strata", "m[i] * area[i] * EF[kind[i]]", "tCO2e"),
    "whole": ("", "sum(i in strata: saved[i]) - cars * each", "tCO2e"),
    "by_year": (
        "t in years",
        "whole * days_in(t) / sum(y in years: days_in(y)) - fuel[t]",
        "tCO2e",
    ),
    "ER": ("", "sum(t in years: by_year[t])", "tCO2e"),
    "kept": ("", "(ER - previous.ER) * (1 - risk)", "tCO2e"),
}
EXAMPLE = """\
examples:
  - title: Two strata
    origin: computed
    region: CN-44
    period: {from: 2024-07-01, to: 2025-07-01}
    sets: {strata: [A, B], plots: {A: [a1, a2], B: [b1]}}
    labels: {kind: {A: wet, B: dry}}
    quantities:
      area: {A: "10", B: "5"}
      mass: {a1: "1", a2: "3", b1: "4"}
      fuel: {"2024": "2", "2025": "3"}
      cars: "5"
    project_parameters:
      risk: {values: "0.5", source: A report, grade: secondary}
    steps: {m.A: "2", saved.A: "40", saved.B: "20", whole: "55", ER: "50", kept: "25"}
    saved_mg: "50000000000"
"""


def a_document(**changed: tuple[str, str, str]) -> str:
    lines = [
        f"  - {{name: {name}, {f'for: [{loops!r}], ' if loops else ''}is: {text!r}, "
        f"unit: {unit!r}, meaning: m, source: book, grade: official}}"
        for name, (loops, text, unit) in {**EQUATIONS, **changed}.items()
    ]
    return DOCUMENT.replace("EQUATIONS", "\n".join(lines))


def a_rule(document: str | None = None, examples: str = EXAMPLE) -> Version:
    return load_version(document or a_document(), examples, "test/methodology.yaml")
