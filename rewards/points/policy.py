"""Reads earning policies from YAML, and refuses nonsense by naming the file and the field."""

from __future__ import annotations

from pathlib import Path

from behaviours.document import DocumentError
from behaviours.said import DocumentFault, fault
from rewards.points.plain_document import PlainPart, read_plain_tree
from rewards.points.policy_reading import PolicyDocument, read_policy

SHIPPED = Path(__file__).parent / "policies"
LOCK_NAME = "published.lock"


def read_documents(root: Path = SHIPPED) -> list[PolicyDocument]:
    """Every ``<policy>/<version>.yaml`` below ``root``, checked, against its published digest.

    Raises DocumentError.
    """
    documents = [_read(path) for path in sorted(root.glob("*/*.yaml"))]
    if not documents:
        raise DocumentError(str(root), 1, "", fault("policy.none_here"))
    published = _published(root / LOCK_NAME)
    for document in documents:
        wrong = _not_as_published(document, published.get(document.name))
        if wrong is not None:
            raise DocumentError(LOCK_NAME, 1, document.name, wrong)
    return documents


def _not_as_published(document: PolicyDocument, digest: str | None) -> DocumentFault | None:
    name, found = document.name, document.digest
    if digest is None:
        return fault("policy.not_published", name=name, digest=found)
    return None if digest == found else fault("policy.edited", name=name, digest=found)


def _published(lock: Path) -> dict[str, str]:
    published: dict[str, str] = {}
    for number, line in enumerate(_text(lock).splitlines() if lock.exists() else (), 1):
        name, _, digest = line.strip().partition(" ")
        if not name.startswith("#") and name:
            if not digest.startswith("sha256:") or name in published:
                raise DocumentError(lock.name, number, "", fault("policy.lock_line"))
            published[name] = digest
    return published


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as trouble:
        unread = fault("policy.unreadable", reason=type(trouble).__name__)
        raise DocumentError(path.name, 1, "", unread) from trouble


def _read(path: Path) -> PolicyDocument:
    root = read_plain_tree(_text(path), path.name, DocumentError)

    def check(_root: PlainPart, document: PolicyDocument) -> None:
        # What is sent to be published has the day of the second signature instead.
        published_on = root.at("published_on")
        if published_on.day() > document.in_force_from:
            first = document.in_force_from.isoformat()
            raise published_on.wrong("policy.published_late", first=first)
        if (document.policy, document.version) != (path.parent.name, path.stem):
            raise root.at("policy").wrong(
                "policy.other_place",
                name=document.name,
                place=f"{document.policy}/{document.version}.yaml",
            )

    return read_policy(root, check)
