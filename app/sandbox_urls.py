"""Where the sandbox has its books: never where the live ones are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypedDict
from urllib.parse import urlsplit

# Of the sandbox, beside the books that DATABASE_URL and REDIS_URL name; both or neither.
SANDBOX: Final = ("sandbox_database_url", "sandbox_redis_url")
_LIVE: Final = ("DATABASE_URL", "REDIS_URL")
_PORTS: Final = {"redis": 6379, "rediss": 6379}


class SandboxUrls(TypedDict):
    """The addresses of its servers; None: there is no sandbox."""

    sandbox_database_url: str | None
    sandbox_redis_url: str | None


def problems_of(
    names: Sequence[str], urls: Sequence[str | None], environ: Mapping[str, str]
) -> Iterator[str]:
    """What is wrong with the two settings of these names, a sentence for each."""
    if len({url is None for url in urls}) > 1:
        yield (
            f"{names[0]} and {names[1]} go together: a sandbox has a database and a Redis (or a"
            " database number of Redis) of its own. Set both, or neither."
        )
    for name, url, live in zip(names, urls, _LIVE, strict=True):
        if url is not None and _place(url) == _place(environ.get(live, "")):
            yield (
                f"{name} is where {live} leads: the sandbox would be mixed with the live books."
                " Make another database for it."
            )


def _place(url: str) -> tuple[str, int, str, str]:
    """Which server and which database of it an address names, whoever logs in there."""
    parts = urlsplit(url)
    port = parts.port or _PORTS.get(parts.scheme, 5432)
    return parts.hostname or "", port, parts.path.strip("/") or "0", parts.query
