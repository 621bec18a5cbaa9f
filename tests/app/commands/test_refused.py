"""A refused command says why in the user's language, and scripts see of which kind it was."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from app.commands.refused import EXIT_CODES, language_of, refusals_shown
from behaviours.organisations import InvalidClient, TooManyAttempts
from behaviours.people import PeriodBackwards
from behaviours.refusal import Kind, Refusal


def run(refusal: Refusal, **environ: str) -> tuple[int, str]:
    """(exit code, output) of a command that is refused."""

    @click.command()
    def refused() -> None:
        with refusals_shown():
            raise refusal

    result = CliRunner(env={"LC_ALL": "", "LC_MESSAGES": "", **environ}).invoke(refused)
    return result.exit_code, result.output


def test_every_kind_of_refusal_has_an_exit_code_of_its_own_meaning() -> None:
    assert EXIT_CODES.keys() == set(Kind)
    assert not {0, 1, 2} & set(EXIT_CODES.values())


@pytest.mark.parametrize(
    ("refusal", "code"),
    [(PeriodBackwards(), 3), (InvalidClient("wrong"), 4), (TooManyAttempts(retry_after_s=60), 75)],
)
def test_the_exit_code_is_that_of_the_kind(refusal: Refusal, code: int) -> None:
    assert run(refusal)[0] == code


def test_the_sentence_is_in_the_language_of_the_locale() -> None:
    _, english = run(PeriodBackwards(), LANG="C.UTF-8")
    _, chinese = run(PeriodBackwards(), LANG="zh_CN.UTF-8")
    assert english == "Error: The period ends before it begins. [PERIOD_BACKWARDS]\n"
    assert "期间的结束日期早于开始日期。 [PERIOD_BACKWARDS]" in chinese


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "zh_TW.UTF-8"}, "zh-CN"),
        ({"LANG": "zh_CN", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_GB", "LC_MESSAGES": "zh_CN.UTF-8", "LC_ALL": ""}, "zh-CN"),
    ],
)
def test_the_locale_is_read_as_posix_says(environ: dict[str, str], language: str) -> None:
    assert language_of(environ) == language
