"""From the milligrams of a verified bundle to whole tonnes, and where every other one goes.

::

    total + carried in = deducted + reserve + issued tonnes x 10^9 + carried out

The reserve is a stated share (whole per mille, rounded up, so that it is never less than stated)
kept in milligrams by name: (family, vintage). It stands behind sold units that turn out to be
wrong. Whenever it holds whole tonnes that have no number yet, these get numbers too, as a block
in state ``buffer`` that nobody can buy.
"""

from __future__ import annotations

from typing import NamedTuple

TONNE_MG = 1_000_000_000


class Issue(NamedTuple):
    """What becomes of a bundle's milligrams."""

    deducted_mg: int
    reserve_mg: int
    issued_t: int
    carried_out_mg: int
    # Whole tonnes of the reserve that are numbered with this issue.
    buffer_t: int


def issue(
    *,
    total_mg: int,
    carried_in_mg: int,
    deducted_mg: int,
    reserve_per_mille: int,
    loose_reserve_mg: int = 0,
) -> Issue:
    """Round down to whole tonnes; nothing is lost and nothing is made.

    ``loose_reserve_mg`` is what the reserve of this family and vintage held before, beyond its
    numbered tonnes. A deduction never takes more than the reductions themselves hold: what was
    carried in was verified with the bundle it came from.
    """
    assert min(total_mg, carried_in_mg, deducted_mg, loose_reserve_mg) >= 0, "masses are positive"
    assert 0 <= reserve_per_mille <= 1000, "the reserve is a share"
    deducted_mg = min(deducted_mg, total_mg)
    creditable_mg = total_mg + carried_in_mg - deducted_mg
    # Only what is new pays into the reserve: the remainder paid with its own bundle.
    reserve_mg = -(-(total_mg - deducted_mg) * reserve_per_mille // 1000)
    issued_t, carried_out_mg = divmod(creditable_mg - reserve_mg, TONNE_MG)
    made = Issue(
        deducted_mg,
        reserve_mg,
        issued_t,
        carried_out_mg,
        (loose_reserve_mg + reserve_mg) // TONNE_MG,
    )
    assert total_mg + carried_in_mg == (
        made.deducted_mg + made.reserve_mg + made.issued_t * TONNE_MG + made.carried_out_mg
    ), "every milligram has a place"
    return made
