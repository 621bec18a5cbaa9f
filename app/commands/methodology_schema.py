"""tanpuhui methodology schema: the shape of a rule document, for an editor."""

from __future__ import annotations

import json

import click

from behaviours.rules.schema import examples_schema, methodology_schema


@click.command()
@click.argument("which", type=click.Choice(["methodology", "examples"]), default="methodology")
def schema(which: str) -> None:
    """Print the JSON Schema of methodology.yaml, or of examples.yaml."""
    made = methodology_schema() if which == "methodology" else examples_schema()
    click.echo(json.dumps(made, ensure_ascii=False, indent=2))
