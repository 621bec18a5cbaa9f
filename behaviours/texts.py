"""Texts: what people agree to, word for word: published once, by two people, and never changed.

A consent to a provider is to a text about its scene (``consent.metro_ride``), about the scene's
category (``consent.travel``), or about every scene (``consent``); one to ``places`` is to a text
about nothing else (``consent.places``). An entrustment and the terms have one kind each. Of each
kind the version with the latest first day that has come is in force.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from behaviours.refusal import Conflict, Invalid, UnknownId
from behaviours.scenes import PLACES, Scenes

CONSENT, ENTRUSTMENT, TERMS = "consent", "entrustment", "terms"
# What a guardian agrees to, for a child.
GUARDIAN = "guardian"
# What the people of a household agree to, with their parts.
HOUSEHOLD = "household"
# What people agree to who add up what they save, and who want to be ranked.
TEAM, RANKING = "team", "ranking"
# What is signed, and for what.
TEXT, PUBLISH = "text", "publish"
OF_SCENE = f"{CONSENT}."
OF_PLACES = f"{OF_SCENE}{PLACES}"
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class UnknownText(UnknownId):
    """There is no published text of this kind and version."""

    cases = ("text",)


class UnknownTextKind(Invalid):
    """Texts are about consents, of a known scene or of all, about entrustments, or the terms."""


class TextVersionMalformed(Invalid):
    """A version is letters, digits, dots, dashes and underscores, a letter or digit first."""


class TextPublished(Conflict):
    """This version of this kind was published before; a published text never changes."""


class TextInPast(Invalid):
    """A text would have been in force before it was published."""


class TextNotInForce(Invalid):
    """What somebody is said to have agreed to was not a text in force at that moment.

    ``unpublished``: there is no such text; ``not_yet``: its first day had not come; ``superseded``:
    a later version had taken its place; ``unkept``: it was used before texts were published here,
    and its words were not kept, so nobody can agree to it any more.
    """

    cases = ("unpublished", "not_yet", "superseded", "unkept")


@dataclass(frozen=True, slots=True)
class TextBody:
    """The words in one language, and their SHA-256 in hexadecimal digits."""

    body: str
    sha256: str


@dataclass(frozen=True, slots=True)
class AgreedWords:
    """One version of one kind; ``bodies`` by language, none when the words were not kept.

    It is in force from the moment ``in_force_at``; ``published_at`` None: it awaits a signature.
    """

    text_id: UUID
    kind: str
    version: str
    in_force_at: datetime
    bodies: Mapping[str, TextBody]
    published_at: datetime | None

    def says(self, bodies: Mapping[str, str], in_force_at: datetime) -> bool:
        """Whether it is these words, from that moment on."""
        words = {language: each.body for language, each in self.bodies.items()}
        return words == dict(bodies) and self.in_force_at == in_force_at

    @property
    def is_kept(self) -> bool:
        """Whether its words are known."""
        return bool(self.bodies)


def body_of(words: str) -> TextBody:
    """The words with their hash."""
    return TextBody(words, hashlib.sha256(words.encode()).hexdigest())


def check_new_text(kind: str, version: str, scenes: Scenes) -> None:
    """Refuse a kind that nothing is ever agreed to under, or a version that cannot be named."""
    of_scenes = (f"{OF_SCENE}{scene}" for scene in scenes)
    kinds = {CONSENT, ENTRUSTMENT, GUARDIAN, HOUSEHOLD, RANKING, TEAM, TERMS, *of_scenes}
    if kind not in kinds:
        raise UnknownTextKind(pointer="/kind", kinds=sorted(kinds))
    if not _VERSION.fullmatch(version):
        raise TextVersionMalformed(pointer="/version")


def check_first_day(
    text: AgreedWords, earlier: Collection[AgreedWords], *, today_began_at: datetime
) -> None:
    """Refuse a text that would be in force before it is published, but for the first of a kind."""
    others = [each for each in earlier if each.kind == text.kind and each.is_kept]
    if others and text.in_force_at < today_began_at:
        raise TextInPast(pointer="/in_force_from")


def kinds_of_consent(scene: str, scenes: Scenes) -> tuple[str, ...]:
    """The kinds of texts that a consent to a scene can be to, the nearest first."""
    if scene == PLACES:
        # A text about every scene asks for nothing separately.
        return (OF_PLACES,)
    return (*(f"{OF_SCENE}{each}" for each in scenes.around(scene)), CONSENT)


class Texts:
    """The published texts, as far as agreeing to one is concerned."""

    def __init__(self, texts: Iterable[AgreedWords]) -> None:
        self._texts = [each for each in texts if each.published_at is not None]

    def find(self, kinds: Collection[str], version: str) -> AgreedWords | None:
        """The text of this version, of the first of ``kinds`` that has one."""
        for kind in kinds:
            for each in self._texts:
                if (each.kind, each.version) == (kind, version):
                    return each
        return None

    def check(self, kinds: Collection[str], version: str, at: datetime, *, pointer: str) -> None:
        """Refuse what could not be agreed to at a moment; raises TextNotInForce."""
        found = self.find(kinds, version)
        facts = {"version": version, "in_force": self.in_force(kinds, at)}
        if found is None:
            raise TextNotInForce("unpublished", pointer=pointer, **facts)
        if not found.is_kept:
            raise TextNotInForce("unkept", pointer=pointer, **facts)
        if at < found.in_force_at:
            raise TextNotInForce(
                "not_yet", pointer=pointer, in_force_at=found.in_force_at.isoformat(), **facts
            )
        if any(found.in_force_at < each.in_force_at for each in self._begun(found.kind, at)):
            raise TextNotInForce("superseded", pointer=pointer, **facts)

    def in_force(self, kinds: Collection[str], at: datetime) -> list[str]:
        """The versions of these kinds that can be agreed to at a moment."""
        found: set[str] = set()
        for kind in kinds:
            begun = self._begun(kind, at)
            latest = max((each.in_force_at for each in begun), default=None)
            found |= {each.version for each in begun if each.in_force_at == latest}
        return sorted(found)

    def _begun(self, kind: str, at: datetime) -> list[AgreedWords]:
        return [
            each
            for each in self._texts
            if each.kind == kind and each.is_kept and each.in_force_at <= at
        ]
