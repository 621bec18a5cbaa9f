"""Two copies of the published days: what the later one says otherwise than the earlier one.

Whoever can do anything in the database can also make every root anew and sign it; nobody can do
that in a copy that lies somewhere else. Nothing but two files is needed to see it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rewards.ledger.anchor import AnchorDocument, BookOfDay


def copy_differences(
    earlier: Sequence[AnchorDocument], later: Sequence[AnchorDocument]
) -> Iterator[str]:
    """Every day and book of which the later copy says something else, or nothing any more.

    Days that only the later one has were closed since. The chains of both hold (``chain_faults``).
    """
    now = {document["day"]: document for document in later}
    for document in earlier:
        day, found = document["day"], now.get(document["day"])
        if found is None:
            yield f"{day}: was published, and is not any more"
            continue
        books = {each["book"]: each for each in found["books"]}
        for each in document["books"]:
            yield from _changed(day, each, books.get(each["book"]))
        if any(document[side] != found[side] for side in ("format", "starts_at", "ends_at")):
            yield f"{day}: was published with another format or other limits"


def _changed(day: str, was: BookOfDay, is_now: BookOfDay | None) -> Iterator[str]:
    if is_now is None:
        yield f"{day} {was['book']}: was published, and is not any more"
    elif (was["count"], was["sum"], was["root"]) != (
        is_now["count"],
        is_now["sum"],
        is_now["root"],
    ):
        yield (
            f"{day} {was['book']}: published as {was['count']} rows with a sum of {was['sum']},"
            f" now as {is_now['count']} with {is_now['sum']}, under another root"
        )
    elif was["chain"] != is_now["chain"]:
        yield f"{day} {was['book']}: the same, after a day before it that was changed"
