"""What a WSGI server loads: `granian --interface wsgi wsgi:application`."""

import os

from app.factory import create_app
from app.settings import Settings
from app.wiring import wire

application = create_app(wire(Settings.from_environment(os.environ)))
