"""Which programme this installation runs: its document, found by the settings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from app.settings import Settings
from behaviours.document import DocumentError
from behaviours.programme import (
    SHIPPED,
    InvalidProgramme,
    Programmes,
    load_programmes,
    restated,
)
from rewards.points.earning import Policies
from rewards.points.policy import (
    SHIPPED as SHIPPED_POLICIES,
    PolicyDocument,
    PolicyDocumentError,
    read_documents,
)


def programmes_of(settings: Settings) -> Programmes:
    """Every version of the programme's document; raises InvalidProgramme.

    It is found at TANPUHUI_PROGRAMME, as programme.yaml in the data directory, or shipped. Of the
    shipped one test mode may choose another zone and another number of days of notice.
    """
    own = settings.programme_path
    if own is not None:
        return load_programmes(own)
    shipped = load_programmes(SHIPPED)
    versions = list(shipped.versions)
    if settings.time_zone is not None:
        versions = [restated({**each.tree, "zone": settings.time_zone}) for each in versions]
    if settings.notice_working_days is not None:
        # Not of what is published: a test may choose it anew at each start.
        days = settings.notice_working_days
        versions = [
            replace(each, notice=replace(each.notice, working_days=days)) for each in versions
        ]
    return Programmes(versions)


def policies_of(programmes: Programmes, document: Path | None) -> Policies:
    """The points policies that the versions name, in the order of their own days.

    A name is that of a shipped policy; ``./folder`` lies beside the document at the path. Raises
    InvalidProgramme.
    """
    beside = document or SHIPPED
    documents: dict[str, PolicyDocument] = {}
    for version in programmes.versions:
        named = version.points_policy
        try:
            if named.startswith("./"):
                found = read_documents(beside.parent / named)
            else:
                found = [one for one in read_documents(SHIPPED_POLICIES) if one.policy == named]
            if not found:
                raise PolicyDocumentError(f"{named}: no policy of this name is shipped.")
        except (OSError, PolicyDocumentError) as fault:
            raise _no_policy(beside, str(fault)) from fault
        except DocumentError as fault:
            raise InvalidProgramme(**fault.facts) from fault
        documents |= {each.name: each for each in found}
    try:
        return Policies(list(documents.values()), programmes.zone)
    except PolicyDocumentError as fault:
        raise _no_policy(beside, str(fault)) from fault


def _no_policy(document: Path, problem: str) -> InvalidProgramme:
    return InvalidProgramme(
        file=document.name,
        line=1,
        field="points_policy",
        problem=problem.rstrip("."),
        remedy="Name a shipped policy, or a folder beside the document as ./points",
    )
