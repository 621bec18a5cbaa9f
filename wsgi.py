"""What a WSGI server loads: `granian --interface wsgi wsgi:application`."""

import os

from app.factory import create_app
from app.settings import Settings
from app.store.database import OF_REQUESTS
from app.wiring import settle_memory, wire

application = create_app(wire(Settings.from_environment(os.environ), patience=OF_REQUESTS))
settle_memory()
