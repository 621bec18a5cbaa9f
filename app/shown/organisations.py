"""Organisations in answers."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from app.ids import public
from behaviours.json_value import JsonObject


class NamedOrganisation(Protocol):
    """What is an organisation, or is to become one."""

    @property
    def organisation_id(self) -> UUID:
        """Its id, which it keeps."""

    @property
    def kind(self) -> str:
        """What it takes part as."""

    @property
    def name(self) -> str:
        """As it is known."""


def named_organisation(of: NamedOrganisation) -> JsonObject:
    """By what an answer about an organisation begins."""
    return {"id": public("org", of.organisation_id), "kind": of.kind, "name": of.name}
