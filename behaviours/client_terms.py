"""What a programme states of clients and apps: how long a former secret is good, how many are."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, NamedTuple

from behaviours.document import Part


class ClientTerms(NamedTuple):
    """How long a former secret stays good, how many clients and apps an organisation may have."""

    overlap: timedelta = timedelta(hours=24)
    most: int = 20
    most_apps: int = 20


USUAL: Final = ClientTerms()


def read_client_terms(part: Part | None) -> ClientTerms:
    """The terms of a version; what it leaves out means the usual figure. Raises DocumentError."""
    if part is None:
        return USUAL
    part.only("overlap_hours", "most_per_organisation", "most_apps_per_organisation")
    overlap, most = part.maybe("overlap_hours"), part.maybe("most_per_organisation")
    apps = part.maybe("most_apps_per_organisation")
    return ClientTerms(
        timedelta(hours=overlap.whole(24 * 30)) if overlap else USUAL.overlap,
        most.whole(1_000) if most else USUAL.most,
        apps.whole(1_000) if apps else USUAL.most_apps,
    )
