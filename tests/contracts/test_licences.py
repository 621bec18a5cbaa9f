"""What the project installs may be used and handed on by whoever runs it: licences by a list."""

from __future__ import annotations

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Permissive; or, as libraries that are only called, files that stay under their own licence.
FREE = {
    *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "MIT", "MIT-0", "MIT-CMU"),
    *("PSF-2.0", "Zlib", "OFL-1.1", "MPL-2.0", "LGPL-3.0-only"),
}
# By the words of packages that do not name their licence as SPDX does.
SAID = {
    "apache 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "psfl": "PSF-2.0",
    "python software foundation license": "PSF-2.0",
}
# Of other Pythons and machines than this one: by what their own pages say.
NOT_HERE = {"async-timeout": "Apache-2.0"}


def locked() -> list[str]:
    """The packages that a user's machine installs, each once."""
    text = (ROOT / "requirements.lock").read_text()
    return sorted(set(re.findall(r"^([A-Za-z0-9_.\-]+)==", text, re.MULTILINE)))


def stated(package: Distribution) -> list[str]:
    """What a package says of its licence, in SPDX where it does: the first that says anything."""
    told = package.metadata
    classified = [
        each.rpartition(" :: ")[2]
        for each in told.get_all("Classifier") or []
        if each.startswith("License :: OSI Approved :: ")
    ]
    for said in (told.get("License-Expression"), told.get("License", "").partition("\n")[0]):
        if said:
            return re.split(r" AND | OR |[()]", said)
    return classified


@pytest.mark.parametrize("name", locked())
def test_what_is_installed_is_free_to_hand_on(name: str) -> None:
    try:
        said = stated(distribution(name))
    except PackageNotFoundError:
        said = [NOT_HERE[name]]
    words = [each.strip() for each in said if each.strip()]
    assert words, f"{name} says nothing of its licence"
    assert {SAID.get(each.lower(), each) for each in words} <= FREE, words


def test_every_file_of_the_lock_is_known_by_its_digest() -> None:
    entries = re.split(r"\n(?=[A-Za-z0-9])", (ROOT / "requirements.lock").read_text())[1:]
    assert len(entries) >= len(locked())
    assert all("--hash=sha256:" in each for each in entries)
