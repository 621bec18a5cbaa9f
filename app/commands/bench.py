"""tanpuhui bench: the promises about speed, measured here and now, side by side."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import orjson

from app.bench.catalogue import all_cases
from app.bench.frame import BenchCase, Figure
from app.bench.ground import Ground
from app.commands.migrate import upgrade
from app.commands.ready import ready_settings

BROKEN_EXIT = 1


@click.command()
@click.option("--json", "json_path", type=click.Path(dir_okay=False, path_type=Path),
              help="Write the figures into this file, too.")  # fmt: skip
@click.option("--quick", is_flag=True, help="Smaller numbers and fewer rounds.")
@click.option("--only", multiple=True, metavar="CASE", help="Only this case; may be repeated.")
@click.pass_context
def bench(
    ctx: click.Context, *, json_path: Path | None, quick: bool, only: tuple[str, ...]
) -> None:
    """Measure the promises about speed, in databases made for it and dropped again.

    Every figure is the median of interleaved rounds; ratios are what to look at, because rates
    are this machine's. Exits with 1 when a promise is not kept. What takes an hour runs only when
    it is named: `--only ten_million_leaves`.
    """
    cases = _chosen(only)
    found: dict[str, list[Figure]] = {}
    with ready_settings() as settings, Ground(settings, upgrade, _say, quick=quick) as ground:
        for case in cases:
            click.echo(f"{case.name}: {case.title}")
            found[case.name] = []
            for figure in case.run(ground):
                found[case.name].append(figure)
                _show(figure)
    if json_path:
        report = {name: [one.as_dict() for one in figures] for name, figures in found.items()}
        json_path.write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2))
    if not all(figure.holds for figures in found.values() for figure in figures):
        ctx.exit(BROKEN_EXIT)


def _chosen(only: tuple[str, ...]) -> list[BenchCase]:
    cases = all_cases()
    known = {case.name for case in cases}
    for name in only:
        if name not in known:
            raise click.UsageError(
                f"There is no case {name!r}; there are {', '.join(sorted(known))}."
            )
    return [case for case in cases if (case.name in only if only else not case.when_named)]


def _say(line: str) -> None:
    click.echo(line, err=True)
    sys.stderr.flush()


def _show(figure: Figure) -> None:
    promise = ""
    if figure.at_least is not None:
        promise = f"promised at least {figure.at_least:,g}"
    elif figure.at_most is not None:
        promise = f"promised at most {figure.at_most:,g}"
    if promise:
        promise += ": kept" if figure.holds else ": NOT KEPT"
    spread = f"[{min(figure.rounds):,.4g} to {max(figure.rounds):,.4g}]"
    click.echo(f"  {figure.name:<48} {figure.value:>12,.4g} {figure.unit:<11} {spread}  {promise}")
