"""Propose a budget, which the proposer has signed with that."""

from __future__ import annotations

from datetime import tzinfo

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.organisations.standing import find_standing
from app.store.points.budgets import add_budget
from app.store.signing import sign_by
from app.usecases.organisations.check_taking_part import check_taking_part
from behaviours.civil_time import civil_day
from behaviours.region_register import check_known
from behaviours.scenes import PLACES, Scenes
from behaviours.staff_areas import area_within
from behaviours.viewer import Viewer
from rewards.points.budget import (
    BUDGET_THING,
    PROPOSED,
    PUBLISH,
    Budget,
    BudgetWrong,
    NewBudget,
)
from rewards.signing import Matter


def propose_budget(
    connection: Connection,
    said: NewBudget,
    *,
    scenes: Scenes,
    by: Viewer,
    zone: tzinfo,
    clock: Clock,
) -> tuple[Budget, list[str]]:
    """The budget, and whose signatures it awaits; until they are there it pays nothing.

    Who acts for the programme in one city proposes budgets of that city. Raises BudgetWrong,
    BudgetBeginsTooSoon, NotOfACity, UnknownRegion, OrganisationSuspended and OrganisationClosed.
    """
    assert by.user_id is not None, "a user proposes"
    said = said._replace(region=area_within(by.area, said.region))
    if said.region is not None:
        check_known(said.region)
    said.check()
    for at, scene in enumerate(said.scenes):
        if scene not in scenes or scene == PLACES:
            raise BudgetWrong("scene", pointer=f"/scenes/{at}", scene=scene)
    if said.sponsor_id is not None and find_standing(connection, said.sponsor_id) is None:
        raise BudgetWrong("sponsor", pointer="/sponsor_id")
    check_taking_part(connection, [said.sponsor_id])
    now = clock.now()
    budget = Budget(new_id(), said, PROPOSED, now)
    budget.move(PUBLISH, now=now, today=civil_day(now, zone))
    add_budget(connection, budget, by=by.user_id)
    matter = Matter(BUDGET_THING, budget.budget_id, PUBLISH)
    return budget, sign_by(connection, matter, by, now)
