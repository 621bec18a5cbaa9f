"""Scenes: what a consent can be about, a behaviour or a whole category of behaviours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from behaviours.vocabulary import SCENE_CATEGORIES


class Scenes(frozenset[str]):
    """The known scenes, and the category to which each behaviour belongs."""

    _category_of: Mapping[str, str]

    @classmethod
    def of(cls, category_of: Mapping[str, str]) -> Self:
        """Every category, and these behaviours with their categories."""
        made = cls({*SCENE_CATEGORIES, *category_of})
        made._category_of = dict(category_of)
        return made

    def around(self, scene: str) -> tuple[str, ...]:
        """The scene and the category that holds it; a category is its own."""
        category = self._category_of.get(scene)
        return (scene,) if category is None else (scene, category)

    def touch(self, one: str, other: str) -> bool:
        """Whether an action can be covered by consents about both."""
        return one in self.around(other) or other in self.around(one)

    def categories(self) -> dict[str, str]:
        """The category of each behaviour."""
        return dict(self._category_of)
