"""The shipped programme with more stated, and the same people under it."""

from __future__ import annotations

from dataclasses import replace

from app.factory import create_app
from behaviours.programme import SHIPPED, Programmes, read_programmes
from tests.app.recording.conftest import Scene
from tests.builders.people import Http

_BEFORE = "    points_policy: demonstration\n"


def text_stating(**parts: str) -> str:
    """The shipped document with these parts, each in one line of YAML."""
    text = SHIPPED.read_text(encoding="utf-8")
    assert _BEFORE in text
    stated = "".join(f"    {name}: {part}\n" for name, part in parts.items())
    return text.replace(_BEFORE, f"{stated}{_BEFORE}")


def stating(**parts: str) -> Programmes:
    return read_programmes(text_stating(**parts), "p")


def under(scene: Scene, **parts: str) -> Scene:
    """The same people under a programme that states these parts."""
    wiring = replace(scene.wiring, programmes=stating(**parts))
    return replace(scene, http=Http(create_app(wiring)), wiring=wiring)
