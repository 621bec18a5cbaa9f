"""Earning policies for tests: the shipped one with changes, and the lock that publishes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from app.messages.catalogues import sentence
from behaviours.document import DocumentError
from rewards.points.policy import LOCK_NAME, SHIPPED, read_documents
from rewards.points.policy_reading import PolicyDocument


class _WrittenOut(yaml.SafeDumper):
    """Writes what stands twice twice: documents know no anchors."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - its signature
        return True


def changed_policy(changes: dict[str, Any]) -> dict[str, Any]:
    """The content of the shipped policy with ``changes`` by path; an ellipsis takes a field out."""
    raw: dict[str, Any] = yaml.safe_load((SHIPPED / "demonstration/2020.yaml").read_text("utf-8"))
    for path, value in changes.items():
        place, *inner = path.split(".")
        target = raw
        for step in inner:
            target, place = target[place], step
        if value is ...:
            del target[place]
        else:
            target[place] = value
    return raw


def write_policy(
    root: Path, changes: dict[str, Any], *, name: str = "2020", policy: str = "demonstration"
) -> Path:
    """A copy of the shipped policy with ``changes``, below ``root``, which is returned."""
    folder = root / policy
    folder.mkdir(exist_ok=True)
    text = yaml.dump(changed_policy(changes), Dumper=_WrittenOut, allow_unicode=True)
    (folder / f"{name}.yaml").write_text(text, "utf-8")
    return root


def published(root: Path) -> list[PolicyDocument]:
    """Every policy below ``root``, once its digest is in the lock.

    What a publisher does: read the digests from the refusals, one after the other.
    """
    lines: list[str] = []
    for _ in root.glob("*/*.yaml"):
        with pytest.raises(DocumentError) as wrong:
            read_documents(root)
        lines.append(sentence(wrong.value).split("'")[1])
        (root / LOCK_NAME).write_text("\n".join(lines) + "\n", "utf-8")
    return read_documents(root)
