"""What a loss leaves by a rule of sample plots: what was visited since, and nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from behaviours.actions.shipped import load_rulebook
from behaviours.projects.loss import STORM, LossUnfit, NewLoss
from behaviours.projects.surveyed import read_document
from behaviours.rules.survey.run import run_survey

RULE = load_rulebook().version("cdm.mangrove_restoration", "bee-1")
YEARS = ("2021", "2022", "2023", "2024", "2025")
# The worked example of the rule: 4,379.536 t at its first verification.
BEFORE: dict[str, Any] = {
    "region": "CN-46",
    "period": {"from": "2021-01-01", "to": "2026-01-01"},
    "sets": {"strata": ["S1", "S2"], "plots": {"S1": ["P1", "P2"], "S2": ["P3", "P4"]}},
    "quantities": {
        "area": {"S1": "36", "S2": "24"},
        "planted": {"S1": "2021", "S2": "2021"},
        "above": {"P1": "42", "P2": "46", "P3": "30", "P4": "38"},
        "roots": dict.fromkeys(("P1", "P2", "P3", "P4"), "0"),
        "roots_by_equation": dict.fromkeys(("P1", "P2", "P3", "P4"), "0"),
        "shrub_cover": {"S1": "0", "S2": "0"},
        "emissions": "35.5",
        "leakage": "0",
    },
    "labels": {},
    "project_parameters": {
        "baseline": {"values": dict.fromkeys(YEARS, "24"), "source": "x", "grade": "assumption"},
        "forest_biomass": {"values": "0", "source": "x", "grade": "assumption"},
    },
    "previous": {},
}


def lost(after: Mapping[str, Mapping[str, str]], *strata: str) -> int:
    """In mg, as a report of it computes."""
    evidence = hashlib.sha256(b"photographs").digest()
    said = NewLoss(STORM, date(2026, 3, 1), strata or ("S2",), 1, evidence, "x", after)
    return mg(BEFORE) - mg(said.inputs(BEFORE))


def mg(document: Any) -> int:
    return run_survey(RULE, read_document(document)).mg


def test_e10_plots_of_a_stratum_that_were_visited_since_say_what_is_left() -> None:
    assert mg(BEFORE) == 4_379_536_000_000
    half = lost({"above": {"P3": "15", "P4": "19"}})
    whole = lost({"above": {"P3": "0", "P4": "0"}})
    assert 0 < half < whole


def test_e10_a_plot_that_nobody_visited_counts_as_bare() -> None:
    assert lost({"above": {"P3": "15"}}) == lost({"above": {"P3": "15", "P4": "0"}})
    # The plots of a stratum that is not concerned stand as they were measured.
    assert lost({"above": {"P3": "30", "P4": "38"}}) == 0


def test_cells_of_other_strata_and_plots_are_not_of_the_loss() -> None:
    for after in ({"above": {"P1": "0"}}, {"above": {"P9": "0"}}, {"emissions": {"": "0"}}):
        with pytest.raises(LossUnfit) as refused:
            lost(after)
        assert refused.value.case == "cell"
