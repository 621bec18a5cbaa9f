"""Honesty: what a rule has to say of itself before it may be drafted or shipped.

What two people have published is read as it stands, whatever was asked of documents at its time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from behaviours.document import Faults, Part
from behaviours.rules.factors import GRADES
from behaviours.rules.methodology import Version
from behaviours.rules.proxies import TITLE, is_proxy_name

OFFICIAL = GRADES[0]
_ADDRESS = re.compile(r"https?://\S+")
_DIGEST = re.compile(r"\bsha256[: ]\s*[0-9a-f]{64}\b")
# "Issuer: title", with the colon of either language.
_ISSUED = re.compile(r"\S[^:：]*[:：]\s*\S.*")


def check_honest(version: Version, root: Part) -> None:
    """Raises DocumentError, with all of them, for a proxy that hides it and every official figure
    of no known text."""
    faults = Faults()
    root = root.noting(faults)
    _check_proxy(version, root)
    for part in _graded(root):
        if part.at("grade").text() == OFFICIAL:
            _check_official(part, root.at("sources").at(part.at("source").text()))
    faults.check()


def _check_proxy(version: Version, root: Part) -> None:
    named = is_proxy_name(version.version)
    title = root.at("document").at("title")
    if named != title.text().startswith(TITLE):
        title.flawed("proxy_unsaid", version=version.version)
    if named and not version.stated.missing:
        root.at("missing").flawed("proxy_misses_nothing")


def _check_official(part: Part, source: Part) -> None:
    """Its source says whose text it is, and where it is found or which digest a copy has."""
    title, read = source.at("title").text(), source.at("read").text()
    address = str(source.at("url").value).strip()
    if not _ISSUED.fullmatch(title):
        part.at("grade").flawed("official_of_nobody", source=title)
    if not _ADDRESS.fullmatch(address) and not _DIGEST.search(read):
        part.at("grade").flawed("official_nowhere", source=title)


def _graded(root: Part) -> Iterator[Part]:
    """Every part of the document that states a source and a grade."""
    for name in ("eligibility", "equations", "plausible", "limits"):
        if root.has(name):
            yield from root.at(name).each()
    parameters = dict(root.at("parameters").items())
    for parameter in parameters.values():
        if parameter.has("values"):
            yield from parameter.at("values").each()
    for name in ("evidence_grades", "reporting", "uncertainty_deduction"):
        if root.has(name) and root.at(name).has("grade"):
            yield root.at(name)
