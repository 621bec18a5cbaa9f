"""What a WSGI server loads: `granian --interface wsgi wsgi:application`."""

import gc
import os

from app.factory import create_app
from app.settings import Settings
from app.store.database import OF_REQUESTS
from app.wiring import wire

application = create_app(wire(Settings.from_environment(os.environ), patience=OF_REQUESTS))

# The rulebook, the routes and their documentation live as long as the process. Out of the garbage
# collector's sight they are not walked again and again while a batch makes its objects: a fifth
# of the time of five thousand actions.
gc.collect()
gc.freeze()
