"""What was done by region and month: for everybody, and for the desks of the programme."""

from __future__ import annotations

from datetime import date
from typing import NotRequired, TypedDict

from flask import Response

from app.auth import allow, allow_public, caller
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.current import wiring
from app.http.fields import Month, Region, Strict
from app.shown.region_statistics import RegionStatisticsAnswer, region_statistics_answer
from app.usecases.registry.read_region_statistics import read_region_statistics

blueprint = Blueprint("region statistics", __name__, description="What was done, and where.")


class RegionMonthFilter(Strict):
    """Which month, and where."""

    month = Month(
        metadata={
            "example": "2026-10",
            "description": "A civil month of the programme that is over; the last one where it is"
            " not said.",
        }
    )
    region = Region(
        metadata={
            "example": "CN-33",
            "description": "A province with its cities, or a city; without one, every province.",
        }
    )


class WantedRegionMonth(TypedDict):
    """As ``RegionMonthFilter`` loads it."""

    month: NotRequired[date]
    region: NotRequired[str]


@blueprint.route("/v1/statistics/regions", methods=["GET"])
@allow_public
@blueprint.arguments(RegionMonthFilter, location="query")
@blueprint.response(200, RegionStatisticsAnswer)
def count_regions(wanted: WantedRegionMonth) -> Response:
    """What people did in a month and what it saved, by region and behaviour.

    Counted where it was done and when it was recorded; what was taken back is taken off in the
    month in which that happened. Numbers of few people are hidden, as the programme
    states (`statistics`), and with them what would tell them by a difference.
    """
    found = wiring().database.transact(
        read_region_statistics,
        wanted.get("month"),
        wanted.get("region"),
        viewer=None,
        terms=wiring().programme.statistics,
    )
    return json_answer(region_statistics_answer(found))


@blueprint.route("/v1/statistics/regions/desk", methods=["GET"])
@allow("operator", "authority", by_city=True)
@blueprint.arguments(RegionMonthFilter, location="query")
@blueprint.response(200, RegionStatisticsAnswer)
def count_regions_for_desk(wanted: WantedRegionMonth) -> Response:
    """The same with every number, for who answers for the programme; a city's desk has its city."""
    found = wiring().database.transact(
        read_region_statistics,
        wanted.get("month"),
        wanted.get("region"),
        viewer=caller().viewer,
        terms=wiring().programme.statistics,
    )
    return json_answer(region_statistics_answer(found))
