"""tanpuhui openapi: the contract on standard output."""

from __future__ import annotations

import os
from dataclasses import replace

import click
import orjson

from app.factory import create_app
from app.http.openapi import contract
from app.settings import Settings
from app.wiring import wire

# Nothing is connected to make the contract, but the wiring wants addresses.
DATABASE_URL, REDIS_URL = "postgresql:///nowhere", "redis://127.0.0.1:1"


@click.command()
def openapi() -> None:
    """Print the contract of the API (OpenAPI 3.1), made from the code."""
    settings = replace(
        Settings.from_environment(os.environ), database_url=DATABASE_URL, redis_url=REDIS_URL
    )
    document = contract(create_app(wire(settings)))
    click.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())
