"""A step of a thing with states, as the tables of steps name it."""

from __future__ import annotations

from typing import NamedTuple


class Step(NamedTuple):
    """The states that it starts from, the state it ends in, and the roles that may take it.

    ``by`` is empty where who may take it is decided by something else than a role.
    """

    needs: tuple[str, ...]
    leads_to: str
    by: tuple[str, ...] = ()
