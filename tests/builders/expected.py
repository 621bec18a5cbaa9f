"""What the design of a project is expected to come to, stated as its applicant does."""

from __future__ import annotations

from uuid import UUID

from app.store.projects.designs import find_design
from app.store.projects.ex_antes import find_ex_ante
from app.store.projects.projects import find_project
from app.usecases.projects.state_ex_ante import state_ex_ante
from app.wiring import Wiring
from behaviours.json_value import Json, JsonObject
from behaviours.projects.designed import DaySpan, DesignFacts, facts_of
from behaviours.projects.ex_ante import ExAnteRow, NewExAnte
from behaviours.projects.surveyed import SurveyTold
from behaviours.viewer import Viewer

# Each stratum takes up so much in each civil year, whatever its soil does.
TREES_T = 100
_MG = 1_000_000_000
_ON_GRID = ("export", "self_use", "import", "uncalibrated")


def state_expected(wiring: Wiring, project_id: UUID) -> None:
    """State the table of the newest design, unless there is one."""
    with wiring.database.engine.connect() as connection:
        project, design = (find(connection, project_id) for find in (find_project, find_design))
        assert project is not None
        assert design is not None
        if find_ex_ante(connection, project_id, design.number) is not None:
            return
    facts = facts_of(design.content)
    said = _of_meters(facts) if facts.meters else _of_strata(facts)
    who = project.applicant_id
    by = Viewer("enterprise", who, who)
    named = {"rulebook": wiring.rulebook, "clock": wiring.clock, "by": by}
    wiring.database.transact(state_ex_ante, project_id, said, **named)


def _of_meters(facts: DesignFacts) -> NewExAnte:
    """Of the rule of projects' photovoltaics; nothing is expected to be generated."""
    fixed: JsonObject = {
        name: {"values": value, "source": "Southern grid 2019", "grade": "secondary"}
        for name, value in (("EF_OM", "0.8042"), ("EF_BM", "0.2135"))
    }
    rows = []
    for span in facts.crediting.by_year():
        keys = [f"{each.number}.{span.starts_on.year}" for each in facts.meters]
        quantities: dict[str, Json] = {name: dict.fromkeys(keys, "0") for name in _ON_GRID}
        quantities["greatest_error"] = {each.number: "0.005" for each in facts.meters}
        rows.append(ExAnteRow(span, SurveyTold({}, quantities, {}), 0))
    return NewExAnte(fixed, tuple(rows), 0)


def _of_strata(facts: DesignFacts) -> NewExAnte:
    """Of the rule of tidal wetlands: trees as the A/R tool gives them, and no soil."""
    years = facts.crediting.by_year()
    keys = [f"{each}.{span.starts_on.year}" for each in facts.strata for span in years]
    nought = {"source": "Taken as nought", "grade": "assumption"}
    fixed: JsonObject = {
        "baseline": {"values": dict.fromkeys(keys, "0"), **nought},
        "baseline_uncertainty": {"values": "0", **nought},
        "risk_percent": {"values": "15", "source": "Risk report", "grade": "secondary"},
    }
    each_mg = TREES_T * _MG * len(facts.strata)
    rows = tuple(
        ExAnteRow(span, SurveyTold({}, wetland_values(facts.strata, span), {}), each_mg)
        for span in years
    )
    return NewExAnte(fixed, rows, each_mg * len(rows))


def wetland_values(strata: tuple[str, ...], span: DaySpan) -> dict[str, Json]:
    """Every value of the rule of tidal wetlands for the civil year of a span."""
    year = f"{span.starts_on.year}"
    by_year: dict[str, Json] = dict.fromkeys((f"{each}.{year}" for each in strata), "0")
    by_stratum: dict[str, Json] = dict.fromkeys(strata, "0")
    return {
        **dict.fromkeys(("area", "cover", "soil_change", "biomass_change"), by_year),
        "tree_stated": dict.fromkeys(by_year, f"{TREES_T}"),
        **dict.fromkeys(("by_default", "alloch_percent", "organic", "uncertainty"), by_stratum),
        "salinity": dict.fromkeys(strata, "35"),
        **{each: {year: "0"} for each in ("burning", "fuel", "fire_premium", "leakage")},
        "confidence": "95",
    }
