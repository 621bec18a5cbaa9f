"""Steps of a bundle, answered with the bundle as it stands then."""

from __future__ import annotations

from typing import Final

from app.http.once import step_of
from app.shown.bundles import worked_on

work_on: Final = step_of("bdl", worked_on)
# Where a task goes on with it.
start_work_on: Final = step_of("bdl", worked_on, status=202)
