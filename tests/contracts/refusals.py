"""Every refusal that the project can answer with."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

import app as app_package
import behaviours
import rewards
from behaviours.refusal import KINDS, Refusal

# What a WSGI server loads, which needs a database at once; there are no refusals in it.
STARTS_WHEN_IMPORTED = {"app.bench.web", "app.commands.web"}


@cache
def every_refusal() -> tuple[type[Refusal], ...]:
    for package in (app_package, behaviours, rewards):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name not in STARTS_WHEN_IMPORTED:
                importlib.import_module(module.name)
    found: list[type[Refusal]] = []
    waiting: list[type[Refusal]] = [Refusal]
    while waiting:
        children = waiting.pop().__subclasses__()
        found += children
        waiting += children
    named = (each for each in found if each not in KINDS)
    return tuple(each for each in named if each.__module__.startswith(("app.", "behav", "rewards")))
