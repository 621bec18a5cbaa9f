"""A small file of its own with its mapping, to try an import on."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path

_HEADER = ("card", "tap_time", "kind", "station", "gate", "km")
_MAPPING = """\
# How the rows of rides.csv become actions. The whole language: `tanpuhui import --guide`.
# Times are in the programme's zone; for another begin with source: {time_zone: Asia/Urumqi}
person: "card:{card}"
records:
  # A bike ride is one row.
  - when: {kind: bike}
    behaviour: bike_ride
    region: CN-33
    external_id: "bike-{card}-{tap_time}"
    occurred_at: {value: "{tap_time}", format: "%Y-%m-%d %H:%M"}
    quantities: {distance_km: "{km}"}
    evidence: {ride_id: "{card}-{tap_time}-{gate}"}
  # A metro ride is an entry and the exit that follows it.
  - pair:
      entry: {kind: in}
      exit: {kind: out}
      by: ["{card}"]
      at: {value: "{tap_time}", format: "%Y-%m-%d %H:%M"}
      within_minutes: 240
      differ: ["{station}"]
    behaviour: metro_ride
    region: CN-33
    external_id: "metro-{exit.card}-{exit.tap_time}"
    occurred_at: {value: "{entry.tap_time}", format: "%Y-%m-%d %H:%M"}
    ended_at: {value: "{exit.tap_time}", format: "%Y-%m-%d %H:%M"}
    quantities: {trips: "1"}
    evidence: {ride_id: "{exit.card}-{exit.tap_time}-{exit.gate}"}
"""


def write_example(folder: Path, now: datetime) -> tuple[Path, Path]:
    """Write rides.csv and rides.yaml into the folder; (file, mapping).

    Yesterday's rides of three cards, and the dirt of real files: an entry without its exit, an
    exit at the gate of entry, a blank distance.
    """
    day = (now - timedelta(days=1)).date().isoformat()
    rows = [
        ("A1", f"{day} 07:58", "in", "Longxiangqiao", "11", ""),
        ("B2", f"{day} 08:01", "bike", "", "204", "2.4"),
        ("A1", f"{day} 08:31", "out", "Xixi", "37", ""),
        ("C3", f"{day} 08:40", "in", "Xixi", "35", ""),
        ("B2", f"{day} 09:12", "in", "Xixi", "36", ""),
        ("B2", f"{day} 09:13", "out", "Xixi", "36", ""),
        ("C3", f"{day} 12:20", "bike", "", "198", ""),
        ("A1", f"{day} 18:05", "in", "Xixi", "31", ""),
        ("A1", f"{day} 18:41", "out", "Longxiangqiao", "12", ""),
        ("B2", f"{day} 18:50", "bike", "", "207", "3.1"),
    ]
    folder.mkdir(parents=True, exist_ok=True)
    file, mapping = folder / "rides.csv", folder / "rides.yaml"
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(_HEADER)
        writer.writerows(rows)
    mapping.write_text(_MAPPING, encoding="utf-8")
    return file, mapping
