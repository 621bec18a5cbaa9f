"""Which cases there are."""

from __future__ import annotations

import importlib
import pkgutil

import app.bench.cases
from app.bench.frame import BenchCase


def all_cases() -> list[BenchCase]:
    """The CASE of every file in ``app/bench/cases``, by name."""
    folder = app.bench.cases
    names = sorted(found.name for found in pkgutil.iter_modules(folder.__path__))
    modules = [importlib.import_module(f"{folder.__name__}.{name}") for name in names]
    return [module.CASE for module in modules if hasattr(module, "CASE")]
