"""tanpuhui methodology lock: which contents are published, one line each, for good."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from behaviours.actions.shipped import LOCK_NAME, METHODOLOGIES_FOLDER, load_rulebook
from behaviours.rules.factors import SERIES_FOLDER, load_factors, series_lock_lines
from behaviours.rules.rulebook import lock_lines

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit code 1 when a line is missing.")
@click.option("--rules", type=_FOLDER, default=METHODOLOGIES_FOLDER, help="The shipped by default.")
@click.option("--series", type=_FOLDER, default=SERIES_FOLDER, help="The shipped by default.")
def lock(rules: Path, series: Path, *, check: bool) -> None:
    """Add the digests of new versions and the values of new factors to each published.lock.

    A line that stands there is a promise: when the content behind it has changed or is gone,
    nothing is written and the exit code is 1.
    """
    missing = 0
    for path, lines in _locks(rules, series):
        kept = path.read_text("utf-8").splitlines() if path.exists() else []
        broken = sorted(set(kept) - set(lines))
        if broken:
            raise click.ClickException(
                f"{path} promises what is not there any more. Undo the change and publish a new "
                "version beside the old one:\n  " + "\n  ".join(broken)
            )
        new = [line for line in lines if line not in set(kept)]
        missing += len(new)
        for line in new:
            click.echo(f"{path.parent.name}: {line}")
        if new and not check:
            path.write_text("\n".join(lines) + "\n", "utf-8")
    click.echo(f"{missing} lines {'are missing' if check else 'were added'}.")
    if missing and check:
        raise SystemExit(1)


def _locks(rules: Path, series: Path) -> Iterator[tuple[Path, Sequence[str]]]:
    yield rules / LOCK_NAME, lock_lines(load_rulebook(rules))
    yield series / LOCK_NAME, series_lock_lines(load_factors(series))
