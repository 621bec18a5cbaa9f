"""What a WSGI server loads: `granian --interface wsgi wsgi:application`."""

# ruff: noqa: E402 - the collector is stopped before anything is loaded

import gc
import os

# What is loaded stays: to look for rubbish in it again and again takes a fifth of the start.
gc.disable()

from app.factory import create_app
from app.http.late_bodies import LateBodies
from app.settings import Settings
from app.store.database import OF_REQUESTS
from app.wiring import settle_memory, wire

_settings = Settings.from_environment(os.environ)
application = create_app(wire(_settings, patience=OF_REQUESTS))
# Outermost: connections have the address of whoever opened them, not one that a proxy names.
application.wsgi_app = LateBodies(  # type: ignore[method-assign]
    application.wsgi_app, _settings.body_seconds
)
settle_memory()
