"""The browser of the machine, where it has one."""

from __future__ import annotations

import os
import shutil
from typing import Final

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
MISSING = (
    f"No browser: none of {', '.join(NAMES)} is on the path, and TANPUHUI_BROWSER names none."
    " Debian: apt-get install --no-install-recommends chromium fonts-noto-cjk"
)


def found_browser() -> str | None:
    """The program; None where the machine has none."""
    named = os.environ.get("TANPUHUI_BROWSER")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)
