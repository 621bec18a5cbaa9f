"""Scenes: what a consent can be about, a behaviour or a whole category of behaviours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, Self

from behaviours.refusal import Forbidden
from behaviours.scene_admission import SceneAdmission, SceneSpan
from behaviours.vocabulary import CATEGORIES, SCENE_CATEGORIES

# Who stands for the programme itself among the providers.
PROGRAMME: Final = ""
# How a scene stands at a moment.
_OPEN, _NOT_YET, _STOPPED = range(3)


class SceneNotAdmitted(Forbidden):
    """The scene is not open: in this programme, or to this provider.

    ``programme``, ``provider``: it was not published; ``programme_suspended``,
    ``provider_suspended``: it is suspended; ``then``: it was not open when the action was done.
    """

    cases = ("programme", "provider", "programme_suspended", "provider_suspended", "then")


class SceneRegister:
    """Which scenes are open, in the programme and to each provider; it never changes."""

    def __init__(self, admissions: Iterable[SceneAdmission] = ()) -> None:
        self._spans: dict[tuple[str, str], tuple[SceneSpan, ...]] = {}
        self._add(admissions)
        # Of a provider and a behaviour: since when it is open, where that is all there is to it.
        self._plain: dict[tuple[str, str], datetime | None] = {}

    def _add(self, admissions: Iterable[SceneAdmission]) -> None:
        for each in admissions:
            provider = each.provider_id.hex if each.provider_id else PROGRAMME
            self._spans[provider, each.scene] = each.spans

    def changed(self, admissions: Iterable[SceneAdmission]) -> SceneRegister:
        """The register with these in the place of what was known of them."""
        made = SceneRegister()
        made._spans = dict(self._spans)
        made._add(admissions)
        return made

    def plain_since(
        self, provider: str, behaviour: str, around: tuple[str, ...]
    ) -> datetime | None:
        """Since when nothing stands against a report of the behaviour; None: look closer."""
        key = provider, behaviour
        if key not in self._plain:
            self._plain[key] = self._since(provider, around)
        return self._plain[key]

    def _since(self, provider: str, around: tuple[str, ...]) -> datetime | None:
        latest: list[datetime] = []
        for who in {PROGRAMME, provider}:
            spans = [self._spans.get((who, scene), ()) for scene in around]
            if any(len(each) > 1 or any(one.until for one in each) for each in spans):
                return None
            begun = [each[0].since for each in spans if each]
            if not begun:
                return None
            latest.append(min(begun))
        return max(latest)

    def standing(self, who: str, around: Iterable[str], at: datetime) -> int:
        """A scene that stands in the way closes what lies in it and around it."""
        found = [_standing(self._spans.get((who, scene), ()), at) for scene in around]
        if _STOPPED in found:
            return _STOPPED
        return _OPEN if _OPEN in found else _NOT_YET

    def refusal(
        self, provider: str, scene: str, around: tuple[str, ...], at: datetime, *, pointer: str
    ) -> SceneNotAdmitted | None:
        """Why a scene is closed at a moment, in the programme or to the provider."""
        for who, case in ((PROGRAMME, "programme"), (provider, "provider")):
            standing = self.standing(who, around, at)
            if standing != _OPEN:
                stopped = "_suspended" * (standing == _STOPPED)
                return SceneNotAdmitted(f"{case}{stopped}", pointer=pointer, scene=scene)
        return None


def _standing(spans: tuple[SceneSpan, ...], at: datetime) -> int:
    if any(each.has(at) for each in spans):
        return _OPEN
    return _STOPPED if any(each.until and each.until <= at for each in spans) else _NOT_YET


class Scenes(frozenset[str]):
    """The known scenes, the category to which each behaviour belongs, and which are open.

    ``register`` None: nobody asks whether they are.
    """

    _category_of: Mapping[str, str]
    register: SceneRegister | None

    @classmethod
    def of(cls, category_of: Mapping[str, str], register: SceneRegister | None = None) -> Self:
        """Every category, and these behaviours with their categories."""
        made = cls({*SCENE_CATEGORIES, *category_of})
        made._category_of = dict(category_of)
        made.register = register
        return made

    def with_register(self, register: SceneRegister) -> Self:
        """The same scenes, as they are open by another register."""
        return self.of(self._category_of, register)

    def can_be_admitted(self) -> frozenset[str]:
        """What can be applied for: as for a consent, and projects as a whole."""
        return self | frozenset(CATEGORIES.values())

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

    def check_reported(
        self, provider: str, behaviour: str, occurred_at: datetime, now: datetime
    ) -> None:
        """Whether a provider (``""``: a person alone) may report a behaviour of then, now.

        Raises SceneNotAdmitted.
        """
        register = self.register
        if register is None:
            return
        around = self.around(behaviour)
        since = register.plain_since(provider, behaviour, around)
        if since is not None and since <= occurred_at and since <= now:
            return
        pointer = "/behaviour"
        refusal = register.refusal(provider, behaviour, around, now, pointer=pointer)
        if refusal is not None:
            raise refusal
        # A clock that runs a little ahead is taken, as elsewhere.
        then = min(occurred_at, now)
        if register.refusal(provider, behaviour, around, then, pointer=pointer) is not None:
            raise SceneNotAdmitted("then", pointer="/occurred_at", scene=behaviour)

    def is_open(self, provider: str, behaviour: str, now: datetime) -> bool:
        """Whether a provider (``""``: anybody at all) may report what is done now."""
        if self.register is None:
            return True
        around = self.around(behaviour)
        return self.register.refusal(provider, behaviour, around, now, pointer="") is None

    def check_consented(self, provider: str, scene: str, now: datetime, *, pointer: str) -> None:
        """Whether people can consent to a scene with a provider; raises SceneNotAdmitted.

        To a category they can as soon as one of its behaviours is open.
        """
        if self.register is None or self.can_consent(provider, scene, now):
            return
        refusal = self.register.refusal(provider, scene, self.around(scene), now, pointer=pointer)
        assert refusal is not None, "what is not open has a reason"
        raise refusal

    def can_consent(self, provider: str, scene: str, now: datetime) -> bool:
        """Whether the scene, or something in it, is open to the provider."""
        within = (each for each, category in self._category_of.items() if category == scene)
        return any(self.is_open(provider, each, now) for each in (scene, *within))
