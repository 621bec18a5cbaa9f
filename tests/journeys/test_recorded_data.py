"""Real files, whole: what a plain reading of each file counts is what an import finds in it.

The files are not part of the project. TANPUHUI_RECORDED_DATA names their folder; without it these
tests are skipped.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml

from app.jobs.run_import import Import
from app.settings import Settings
from app.usecases.people.enrol_of_file import AgreedText
from app.wiring import Wiring, wire
from behaviours.files.mapping import FileMapping
from behaviours.files.mapping_document import read_mapping
from behaviours.files.outcome import Counts, Flaw
from tests.builders.audit import assert_books_balance
from tests.builders.civil import CHINA
from tests.builders.files import imported
from tests.builders.people import an_organisation

MAPPINGS = Path(__file__).parent / "mappings"
AGREED = AgreedText("recorded", datetime(2024, 10, 1, tzinfo=UTC))
pytestmark = [
    pytest.mark.recorded,
    pytest.mark.slow,
    pytest.mark.skipif(
        not os.environ.get("TANPUHUI_RECORDED_DATA"),
        reason="TANPUHUI_RECORDED_DATA names no folder of recorded data",
    ),
]


@pytest.fixture(scope="module")
def folder() -> Path:
    return Path(os.environ["TANPUHUI_RECORDED_DATA"])


@pytest.fixture
def importing(settings: Settings, fresh_database: str) -> Iterator[Importing]:
    """Imports a file for a fresh provider: (counts, flaws). Ends with the audit of the books."""
    wiring = wire(replace(settings, database_url=fresh_database))
    yield Importing(wiring, an_organisation(wiring))
    assert_books_balance(wiring)
    wiring.close()


class Importing:
    """One provider's imports."""

    def __init__(self, wiring: Wiring, provider: UUID) -> None:
        self.wiring = wiring
        self.provider = provider

    def __call__(
        self, path: Path, mapping: FileMapping, *, shift_days: int
    ) -> tuple[Counts, list[Flaw]]:
        asked = Import(
            io.BytesIO(path.read_bytes()),
            path.name,
            mapping,
            self.provider,
            agreement=AGREED,
            shift_days=shift_days,
        )
        counts, flaws = imported(self.wiring, asked)
        assert counts.actions == counts.recorded + counts.already_recorded + sum(
            flaw.external_id != "" for flaw in flaws
        )
        return counts, flaws

    def stored(self, question: str) -> Any:
        """One value about the actions of this provider."""
        with self.wiring.database.engine.connect() as connection:
            return connection.exec_driver_sql(
                f"select {question} from action where provider_id = %s", (self.provider,)
            ).scalar_one()


# Cards that paid for a second bus ride within a minute: nobody is in two at once.
PAID_TWICE = {"szt_2018-09-01_37000.csv.gz": 4}


def mapping(name: str, **changes: str) -> FileMapping:
    document = yaml.safe_load((MAPPINGS / f"{name}.yaml").read_text("utf-8"))
    return read_mapping(json.dumps({**document, **changes}, ensure_ascii=False), CHINA)


def rows(path: Path) -> list[dict[str, str]]:
    opened: Callable[..., Any] = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8-sig", newline="") as text:
        return list(csv.DictReader(text))


def plain_reading(path: Path) -> tuple[int, Counter[str]]:
    """Metro rides that are rides, and what stands in their way, from the file alone."""
    taps: dict[str, list[tuple[str, bool, str]]] = defaultdict(list)
    for row in rows(path):
        if row["deal_type"] in ("地铁入站", "地铁出站"):
            leaves = row["deal_type"] == "地铁出站"
            taps[row["card_no"]].append((row["deal_date"], leaves, row["station"]))
    rides, trouble = 0, Counter[str]()
    for of_card in taps.values():
        entered: tuple[str, bool, str] | None = None
        for tap in sorted(of_card):
            when, leaves, station = tap
            if not leaves:
                trouble["ENTRY_WITHOUT_EXIT"] += entered is not None
                entered = tap
                continue
            if entered is None:
                trouble["EXIT_WITHOUT_ENTRY"] += 1
                continue
            lasted = datetime.fromisoformat(when) - datetime.fromisoformat(entered[0])
            assert lasted <= timedelta(hours=4), "no pair of these files is longer"
            if station == entered[2] and station not in ("", "-"):
                trouble["SAME_PLACE"] += 1
            else:
                rides += 1
            entered = None
        trouble["ENTRY_WITHOUT_EXIT"] += entered is not None
    return rides, trouble


@pytest.mark.parametrize(
    ("name", "pairs", "buses"),
    [("szt_2018-08-31_10000.csv.gz", 368, 205), ("szt_2018-09-01_37000.csv.gz", 486, 18_119)],
)
def test_taps_of_shenzhen_become_rides(
    folder: Path, importing: Importing, name: str, pairs: int, buses: int
) -> None:
    path = folder / "shenzhen_smartcard" / name
    rides, trouble = plain_reading(path)
    assert rides + trouble["SAME_PLACE"] == pairs
    twice = len(rows(path)) - len({tuple(sorted(row.items())) for row in rows(path)})
    counts, flaws = importing(path, mapping("shenzhen_smartcard"), shift_days=2600)
    assert counts.rows == len(rows(path))
    within_a_minute = PAID_TWICE.get(name, 0)
    trouble["OVERLAPPING_RIDE"] = within_a_minute
    assert Counter(flaw.code for flaw in flaws) == +trouble
    # The one row that stands twice in a file is a bus tap.
    assert counts.already_recorded == twice
    assert counts.recorded == rides + buses - twice - within_a_minute
    assert counts.actions == rides + buses
    assert importing.stored("count(*) filter (where behaviour = 'metro_ride')") == rides
    assert importing.stored("sum(saved_mg)") == counts.saved_mg
    again, _ = importing(path, mapping("shenzhen_smartcard"), shift_days=2600)
    assert (again.recorded, again.already_recorded) == (0, counts.actions - within_a_minute)
    assert importing.stored("count(*)") == counts.recorded


def test_charging_sessions_become_actions(folder: Path, importing: Importing) -> None:
    path = folder / "ev_workplace" / "ev_sessions.csv"
    empty = sum(Decimal(row["kwhTotal"]) == 0 for row in rows(path))
    counts, flaws = importing(path, mapping("ev_workplace"), shift_days=3800)
    assert counts.actions == len(rows(path)) == 3395
    assert Counter(flaw.code for flaw in flaws) == {"INVALID_QUANTITY": empty}
    assert counts.recorded == 3395 - empty
    energy = sum(Decimal(row["kwhTotal"]) for row in rows(path))
    assert importing.stored("sum((quantities->>'energy_kwh')::numeric)") == energy


def test_a_home_with_photovoltaics_is_credited_for_one_of_the_two(
    folder: Path, importing: Importing
) -> None:
    path = folder / "pv_ausgrid_home12" / "customer12_2011-07_2012-06_halfhour.csv.gz"
    pv, load = mapping("pv_ausgrid_home12_pv"), mapping("pv_ausgrid_home12_load")
    counts, flaws = importing(path, pv, shift_days=5000)
    assert (counts.rows, counts.recorded, flaws) == (17_568, 366, [])
    assert importing.stored("sum((quantities->>'generation_kwh')::numeric)") == kwh(path, "GG")
    counts, flaws = importing(path, load, shift_days=5000)
    assert counts.recorded == 0
    assert Counter(flaw.code for flaw in flaws) == {"EXCLUDED_BY_OTHER_BEHAVIOUR": 366}


def test_a_home_is_measured_against_its_own_week_before(folder: Path, importing: Importing) -> None:
    path = folder / "pv_ausgrid_home12" / "customer12_2011-07_2012-06_halfhour.csv.gz"
    load = mapping("pv_ausgrid_home12_load", person="the neighbours of home 12")
    counts, flaws = importing(path, load, shift_days=5000)
    assert (counts.recorded, flaws) == (366, [])
    assert importing.stored("sum((quantities->>'consumption_kwh')::numeric)") == kwh(path, "GC")
    # From the eighth day on every day knows the seven before it.
    weeks = "count(*) filter (where jsonb_array_length(calculation->'inputs'->'history') = 7)"
    assert importing.stored(weeks) == 366 - 7


def kwh(path: Path, column: str) -> Decimal:
    """The year in kWh: half-hourly means in kW, each day rounded to a millionth."""
    days: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows(path):
        days[row[""].split()[0]] += Decimal(row[column])
    return sum((round(total / 2, 6) for total in days.values()), Decimal())
