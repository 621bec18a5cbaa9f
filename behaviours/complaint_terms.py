"""What a programme promises to who complains: clocks in working days, and how much is taken a day.

No source that is known here gives a figure for a carbon-inclusion programme: those below are the
programme's choice, and each programme states its own.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from behaviours.document import Part

# How well founded the figures are, as anybody reads them.
GRADE: Final = "programme's choice"
_MOST_DAYS, _MOST_A_DAY = 250, 1_000


class ComplaintTerms(NamedTuple):
    """Clocks in working days, and limits of a civil day.

    Who must answer says within ``acknowledge_days`` that it was read, and answers within
    ``reply_days``; the person takes an answer to the authority within ``escalate_days``; the
    authority decides within ``decide_days``. About one person at most ``complaints_per_day`` are
    taken from one sender, and to one complaint ``messages_per_day``.
    """

    acknowledge_days: int = 2
    reply_days: int = 10
    escalate_days: int = 10
    decide_days: int = 20
    complaints_per_day: int = 10
    messages_per_day: int = 20


USUAL: Final = ComplaintTerms()


def read_complaint_terms(part: Part | None) -> ComplaintTerms:
    """The terms of a version; what it leaves out means the usual figure. Raises DocumentError."""
    if part is None:
        return USUAL
    part.only(*ComplaintTerms._fields)
    stated = {
        name: value.whole(_MOST_A_DAY if name.endswith("_per_day") else _MOST_DAYS)
        for name in ComplaintTerms._fields
        if (value := part.maybe(name)) is not None
    }
    terms = USUAL._replace(**stated)
    if terms.acknowledge_days > terms.reply_days:
        raise part.wrong("acknowledged_after_reply")
    return terms
