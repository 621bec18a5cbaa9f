"""What routes and pages of complaints share: who takes part, and a complaint without an account."""

from __future__ import annotations

from typing import NotRequired, TypedDict
from uuid import UUID

from flask import request

from app.clock import Clock
from app.http.current import wiring
from app.usecases.complaints.file_without_account import (
    FiledWithoutAccount,
    UnenrolledFiling,
    file_without_account,
)
from behaviours.complainants import ContactData
from behaviours.complaints import About, Deadlines
from behaviours.viewer import Viewer


class AsParty(TypedDict):
    """What a verb on a complaint is told: who acts, and the days and the clock that run."""

    viewer: Viewer
    deadlines: Deadlines
    clock: Clock


class AsOutsider(TypedDict):
    """What filing without an account is told: how numbers begin, the days and the clock."""

    prefix: str
    deadlines: Deadlines
    clock: Clock


class ToldWithoutAccount(TypedDict):
    """What somebody without an account says, over the API and in the form alike."""

    kind: str
    region: str
    text: str
    offer_id: NotRequired[UUID]
    project_id: NotRequired[UUID]
    name: NotRequired[str]
    reach: NotRequired[str]


def as_party(viewer: Viewer) -> AsParty:
    """``viewer`` acts, by the deadlines of the programme and its clock."""
    parts = wiring()
    return {"viewer": viewer, "deadlines": parts.deadlines, "clock": parts.clock}


def file_from_outside(said: ToldWithoutAccount, *, secret: str) -> FiledWithoutAccount:
    """File what somebody without an account says; sent again with its ``secret``, it is the one
    that was filed with it."""
    return wiring().database.transact(
        file_without_account, filing_of(said), secret=secret, **as_outsider()
    )


def filing_of(said: ToldWithoutAccount, files: tuple[str, ...] = ()) -> UnenrolledFiling:
    """What they say, as it is filed."""
    return UnenrolledFiling(
        About(said["kind"], offer_id=said.get("offer_id"), project_id=said.get("project_id")),
        said["region"],
        said["text"],
        files,
        ContactData(said.get("name"), said.get("reach")),
    )


def as_outsider() -> AsOutsider:
    """By which terms it is filed; counted, so that no address sends many."""
    parts = wiring()
    parts.guesses.take_turn("complaint", request.remote_addr or "")
    return {
        "prefix": parts.programme.serial_prefix,
        "deadlines": parts.deadlines,
        "clock": parts.clock,
    }
