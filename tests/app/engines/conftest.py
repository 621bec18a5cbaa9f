"""A folder for embedded engines, and what a failed test left of them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.engines import end_what_a_failed_test_left


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data directory that anybody may walk to, as in most checkouts."""
    made = Path(tempfile.mkdtemp(prefix="tanpuhui-test-"))
    made.chmod(0o755)
    yield made
    end_what_a_failed_test_left(made)
    shutil.rmtree(made)
