"""What a person can agree to: one behaviour, or a whole category of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from behaviours.refusal import Kind, Refusal

# 衣食住行用办公数字金融
CATEGORIES = ("clothing", "food", "housing", "travel", "goods", "office", "digital_finance")


class UnknownScene(Refusal):
    """A consent names a scene that is neither a behaviour nor a category of behaviours."""

    kind = Kind.INVALID
    code = "UNKNOWN_SCENE"


class ConsentInFuture(Refusal):
    """A consent is dated after the present: nobody can have given it."""

    kind = Kind.INVALID
    code = "CONSENT_IN_FUTURE"


def check_scene(scene: str, known: Collection[str], *, pointer: str) -> None:
    """Refuse a scene that nothing could ever be reported under."""
    if scene not in known:
        raise UnknownScene(
            "There is no such scene. Known are the categories "
            f"{', '.join(CATEGORIES)} and the behaviours "
            f"{', '.join(sorted(set(known) - set(CATEGORIES)))}.",
            pointer=pointer,
        )


def check_given(granted_at: datetime, *, now: datetime, pointer: str) -> None:
    """Refuse a consent that was given later than now."""
    if granted_at > now:
        raise ConsentInFuture("A consent cannot be given in the future.", pointer=pointer)
