"""What one comparison of the audit came to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """``count`` things were compared, ``broken`` of them disagree; ``offenders`` names some."""

    name: str
    compares: str
    count: int
    broken: int = 0
    offenders: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return self.broken == 0

    def line(self) -> str:
        """One line for a person."""
        verdict = "ok" if self.ok else f"BROKEN ×{self.broken}: {', '.join(self.offenders)}"
        return f"{self.name:<18} {self.count:>10,}  {verdict:<6}  {self.compares}"
