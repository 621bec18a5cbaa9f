"""Files to import, and a provider to import them for."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.jobs.run_import import Import
from app.wiring import Wiring
from behaviours.files.mapping import FileMapping
from behaviours.files.mapping_document import read_mapping
from behaviours.files.outcome import Counts, Flaw
from tests.builders.civil import CHINA
from tests.builders.files import AGREED, imported
from tests.builders.people import an_organisation

RIDES: dict[str, Any] = {
    "person": "card:{card}",
    "records": [
        {
            "behaviour": "metro_ride",
            "region": "CN-44",
            "external_id": "{card}-{at}",
            "occurred_at": {"value": "{at}", "format": "%Y-%m-%d %H:%M"},
            "quantities": {"trips": "1"},
            "evidence": {"ride_id": "{card}-{at}-{gate}"},
        }
    ],
}
DAY = (datetime.now(UTC) - timedelta(days=3)).date().isoformat()


def as_mapping(mapping: Any = None) -> FileMapping:
    """The mapping of a tree, as a document that somebody wrote."""
    return read_mapping(json.dumps(mapping or RIDES, ensure_ascii=False), CHINA)


class Importer:
    """Imports texts as files, for one provider; every line of each has to be accounted for."""

    def __init__(self, wiring: Wiring) -> None:
        self.wiring = wiring
        self.provider: UUID = an_organisation(wiring)

    def __call__(
        self,
        text: str | bytes,
        mapping: Any = None,
        *,
        name: str = "rides.csv",
        encoding: str = "utf-8",
        zipped: bool = False,
        agreed: bool = True,
        **options: Any,
    ) -> tuple[Counts, list[Flaw]]:
        raw = text if isinstance(text, bytes) else text.encode(encoding)
        opened = io.BytesIO(gzip.compress(raw) if zipped else raw)
        agreement = AGREED if agreed else None
        asked = Import(opened, name, as_mapping(mapping), self.provider, agreement, **options)
        counts, flaws = imported(self.wiring, asked)
        assert counts.adds_up, counts
        assert counts.refused_lines == sum(flaw.lines for flaw in flaws)
        return counts, flaws

    def stored(self) -> int:
        with self.wiring.database.engine.connect() as connection:
            return connection.exec_driver_sql(
                "select count(*) from action where provider_id = %s", (self.provider,)
            ).scalar_one()


@pytest.fixture
def importing(wiring: Wiring) -> Importer:
    return Importer(wiring)


@pytest.fixture
def rides() -> Callable[..., str]:
    """CSV text of rides: cards, an hour apart for each card."""

    def make(*cards: str, header: str = "card,at,gate") -> str:
        seen: dict[str, int] = {}
        lines = [header]
        for card in cards:
            seen[card] = seen.get(card, 5) + 1
            values = {"card": card, "at": f"{DAY} {seen[card]:02d}:30", "gate": "7", "line": "五"}
            lines.append(",".join(values[column] for column in header.split(",")))
        return "\n".join(lines) + "\n"

    return make
