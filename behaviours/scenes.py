"""Scenes: what a consent can be about, a behaviour or a whole category of behaviours.

Beside them a consent can be about ``places``: where somebody was is sensitive (article 28 of the
Personal Information Protection Law, 个人信息保护法), and asks for a consent of its own (article
29). Nothing is reported under it, and no consent to a scene holds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, Self

from behaviours.refusal import Forbidden
from behaviours.region_register import named_list
from behaviours.regions import covers
from behaviours.scene_admission import SceneAdmission, SceneSpan
from behaviours.vocabulary import CATEGORIES, SCENE_CATEGORIES

# Who stands for the programme itself among the providers.
PROGRAMME: Final = ""
# What people agree to separately: that a provider says where they were.
PLACES: Final = "places"
# How a scene stands at a moment, in a region.
_OPEN, _NOT_YET, _STOPPED, _ELSEWHERE = range(4)
_CASES: Final = {_NOT_YET: "", _STOPPED: "_suspended", _ELSEWHERE: "_elsewhere"}


class SceneNotAdmitted(Forbidden):
    """The scene is not open: in this programme, or to this provider.

    ``programme``, ``provider``: it was not published; with ``_suspended``: it is suspended; with
    ``_elsewhere``: it is open in the ``regions`` alone, and this is none of them; ``then``: it was
    not open, or not there, when the action was done.
    """

    cases = (
        "programme",
        "provider",
        "programme_suspended",
        "provider_suspended",
        "programme_elsewhere",
        "provider_elsewhere",
        "then",
    )


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
            if any(
                len(each) > 1 or any(one.until or one.regions for one in each) for each in spans
            ):
                return None
            begun = [each[0].since for each in spans if each]
            if not begun:
                return None
            latest.append(min(begun))
        return max(latest)

    def standing(self, who: str, around: Iterable[str], at: datetime, region: str | None) -> int:
        """A scene that stands in the way closes what lies in it and around it.

        Where one that holds it is open everywhere, the places of a narrower one limit nothing.
        ``region`` None: anywhere.
        """
        found = [_standing(self._spans.get((who, scene), ()), at, region) for scene in around]
        for each in (_STOPPED, _OPEN, _ELSEWHERE):
            if each in found:
                return each
        return _NOT_YET

    def refusal(
        self,
        provider: str,
        scene: str,
        around: tuple[str, ...],
        at: datetime,
        *,
        region: str | None = None,
        pointer: str,
    ) -> SceneNotAdmitted | None:
        """Why a scene is closed at a moment in a region, in the programme or to the provider."""
        for who, case in ((PROGRAMME, "programme"), (provider, "provider")):
            standing = self.standing(who, around, at, region)
            if standing == _ELSEWHERE:
                where = named_list(self._regions(who, around, at))
                return SceneNotAdmitted(
                    f"{case}_elsewhere", pointer="/region", scene=scene, regions=where
                )
            if standing != _OPEN:
                return SceneNotAdmitted(f"{case}{_CASES[standing]}", pointer=pointer, scene=scene)
        return None

    def _regions(self, who: str, around: Iterable[str], at: datetime) -> set[str]:
        """Where a scene is open that is not open everywhere."""
        spans = (each for scene in around for each in self._spans.get((who, scene), ()))
        return {region for each in spans if each.has(at) for region in each.regions}


def _standing(spans: tuple[SceneSpan, ...], at: datetime, region: str | None) -> int:
    at_the_time = [each for each in spans if each.has(at)]
    if any(region is None or covers(each.regions, region) for each in at_the_time):
        return _OPEN
    if at_the_time:
        return _ELSEWHERE
    return _STOPPED if any(each.until and each.until <= at for each in spans) else _NOT_YET


class Scenes(frozenset[str]):
    """The known scenes, the category to which each behaviour belongs, and which are open.

    ``register`` None: nobody asks whether they are.
    """

    _category_of: Mapping[str, str]
    register: SceneRegister | None

    @classmethod
    def of(cls, category_of: Mapping[str, str], register: SceneRegister | None = None) -> Self:
        """Every category, these behaviours with their categories, and ``places``."""
        made = cls({*SCENE_CATEGORIES, *category_of, PLACES})
        made._category_of = dict(category_of)
        made.register = register
        return made

    def with_register(self, register: SceneRegister) -> Self:
        """The same scenes, as they are open by another register."""
        return self.of(self._category_of, register)

    def can_be_admitted(self) -> frozenset[str]:
        """What can be applied for: as for a consent, and projects as a whole."""
        return (self | frozenset(CATEGORIES.values())) - {PLACES}

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
        self, provider: str, behaviour: str, region: str, occurred_at: datetime, now: datetime
    ) -> None:
        """Whether a provider may report now what was done then, in a region.

        Of a person alone it is ``""``. Raises SceneNotAdmitted.
        """
        register = self.register
        if register is None:
            return
        around = self.around(behaviour)
        since = register.plain_since(provider, behaviour, around)
        if since is not None and since <= occurred_at and since <= now:
            return
        refusal = register.refusal(
            provider, behaviour, around, now, region=region, pointer="/behaviour"
        )
        if refusal is not None:
            raise refusal
        # A clock that runs a little ahead is taken, as elsewhere.
        then = min(occurred_at, now)
        if register.refusal(provider, behaviour, around, then, region=region, pointer=""):
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
        """Whether the scene, or something in it, is open to the provider; ``places`` always is:
        nothing is reported under it alone."""
        if scene == PLACES:
            return True
        within = (each for each, category in self._category_of.items() if category == scene)
        return any(self.is_open(provider, each, now) for each in (scene, *within))
