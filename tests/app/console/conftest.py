"""Scenes with a provider and a person, whose actions stand on the desks of staff."""

from tests.app.recording.conftest import make_scene, scene

__all__ = ["make_scene", "scene"]
