"""A zip that is the same byte for byte whenever it is made of the same files.

Nothing in it says when that was, nothing is packed, and the files stand by their paths.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import Final

# A file in a zip has a moment; the first that the form knows says nothing.
_NO_MOMENT: Final = (1980, 1, 1, 0, 0, 0)
_READABLE: Final = 0o644 << 16


def entry_of(path: str) -> zipfile.ZipInfo:
    """A file's entry, which says nothing but its path."""
    entry = zipfile.ZipInfo(path, _NO_MOMENT)
    entry.create_system, entry.external_attr = 3, _READABLE
    return entry


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The files as a zip."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as packed:
        for path, content in sorted(files.items()):
            packed.writestr(entry_of(path), content)
    return made.getvalue()
