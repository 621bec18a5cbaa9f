"""A document's figures as its equations name them, each by its position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from behaviours.rules.formula_scope import Ranged, Table
from behaviours.rules.members import Parameter
from behaviours.rules.units import Unit


class NamedFigures(NamedTuple):
    """Plain numbers, tables that are read by texts, and tables that are read by a quantity."""

    plain: Mapping[str, tuple[int, Unit]]
    tables: Mapping[str, Table]
    ranged: Mapping[str, Ranged]


def named_figures(
    parameters: Sequence[Parameter], keys: Mapping[str, tuple[str, ...]]
) -> NamedFigures:
    """The parameters in their order; ``keys`` are the document's sets of texts."""
    return NamedFigures(
        {p.name: (i, p.unit) for i, p in enumerate(parameters) if p.is_plain},
        {
            p.name: Table(i, tuple(frozenset(keys[k]) for k in p.keys), p.unit)
            for i, p in enumerate(parameters)
            if p.keys
        },
        {
            p.name: Ranged(i, p.range, p.unit)
            for i, p in enumerate(parameters)
            if p.range is not None
        },
    )
