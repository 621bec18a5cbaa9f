"""The running application of the tests of routes, and a provider with one person."""

from tests.app.conftest import _shared_clock_stays, app, http, movable, token_for, wiring
from tests.app.recording.conftest import make_scene

__all__ = ["_shared_clock_stays", "app", "http", "make_scene", "movable", "token_for", "wiring"]
