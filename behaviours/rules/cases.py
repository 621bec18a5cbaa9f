"""The worked cases of a version as its document has them, read when somebody asks for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from behaviours.document import Part, Tree


class Cases:
    """Those of a document itself, and those of the versions that it amends.

    They are written out together, so that the whole document can be tried without those that it
    amends. Each is given as what reads it.
    """

    def __init__(self, own: Callable[[], Part], earlier: Sequence[Callable[[], Part]] = ()) -> None:
        self._own, self._earlier = own, earlier

    @cached_property
    def tree(self) -> Mapping[str, Tree]:
        """The content of an examples.yaml; DocumentError where a text cannot be read."""
        more = [case for before in self._earlier for case in taken_over(before())]
        return {"examples": [*(each.value for each in _each(self._own())), *more]}


def taken_over(examples: Part) -> list[Tree]:
    """The cases of a version as they stand among those of one that amends it."""
    cases = [each.value for each in _each(examples)]
    return [{**each, "taken_over": "true"} for each in cases if isinstance(each, dict)]


def _each(examples: Part) -> Sequence[Part]:
    return list(examples.at("examples").each())
