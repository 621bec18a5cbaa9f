"""Where people are in tests of places, and how fast they may get from one to the next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from behaviours.scenes import PLACES
from tests.builders.people import EVERY_SCENE

# What somebody agreed to who lets a provider report every scene, and say where they were.
WITH_PLACES = (*EVERY_SCENE, PLACES)
SPEED = '{impossible_speed: {km_per_hour: "900"}}'
# In degrees north and east.
CANTON_STATION = ("23.1497", "113.2577")
CANTON_TOWER = ("23.106414", "113.324553")
SHENZHEN = ("22.609722", "114.029167")
PEKING = ("39.904200", "116.407396")
SHANGHAI = ("31.194", "121.320")
BEGAN = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=40)
