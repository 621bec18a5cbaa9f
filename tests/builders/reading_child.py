"""Reads the file that is named and says what came of it: run in a process of its own."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from app.files.reading import RowFile
from behaviours.file_refusals import UnreadableFile
from behaviours.files.mapping_document import read_mapping
from behaviours.files.outcome import Counts, FileRow
from tests.builders.civil import CHINA

MAPPING = (
    '{"person": "x", "records": [{"behaviour": "b", "region": "r", "external_id": "{trip}",'
    ' "occurred_at": "{at}"}]}'
)


def most_mib() -> int:
    """The most that this program held; ``ru_maxrss`` counts what the process was before, too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = (each for each in status.splitlines() if each.startswith("VmHWM:"))
    return int(line.split()[1]) // 1024


def main() -> None:
    path, began, rows, counts = Path(sys.argv[1]), time.monotonic(), 0, Counts()
    fault = None
    with path.open("rb") as opened:
        source = read_mapping(MAPPING, CHINA).source
        try:
            for one in RowFile(opened, path.name, source, counts).rows():
                rows += isinstance(one, FileRow)
        except UnreadableFile as refused:
            fault = refused.case
    seconds = round(time.monotonic() - began, 1)
    told = {"rows": rows, "lines": counts.lines, "fault": fault, "most_mib": most_mib()}
    sys.stdout.write(json.dumps(told | {"seconds": seconds}))


if __name__ == "__main__":
    main()
