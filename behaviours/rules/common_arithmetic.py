"""What the arithmetic of every rule has, of actions and of projects alike: names, gases, equations.

What is wrong is gathered, and nothing is said of what only follows from it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date

from behaviours.document import Faults, Part
from behaviours.rules import clauses
from behaviours.rules.expression import NAME, ExpressionError
from behaviours.rules.factors import FactorBook
from behaviours.rules.figures import Gases, read_gases
from behaviours.rules.formula import Program
from behaviours.rules.members import Equation
from behaviours.rules.naming import take_name
from behaviours.rules.units import GASES


def named_parts(
    root: Part, section: str, *, taken: set[str], faults: Faults
) -> Iterator[tuple[str, Part]]:
    """The named parts of a section; a name may stand for one thing only in the whole document."""
    for name, part in root.at(section).items():
        if faults.has(faults.read(take_name, name, part, taken)):
            yield name, part


def key_set(_name: str, part: Part) -> tuple[str, ...]:
    """The texts of a named set."""
    return clauses.read_key_set(part)


def counted_gases(root: Part, starts_on: date, book: FactorBook, faults: Faults) -> Gases:
    """The gases that a document counts; none where they cannot be read."""
    gases = faults.read(read_gases, root.maybe("gases"), starts_on, book)
    if faults.has(gases):
        return gases
    faults.names |= {f"GWP_{gas}" for gas in GASES}
    return Gases((), None, (), {})


def listed_equations(
    root: Part, reader: Callable[[Part], Equation], taken: set[str], faults: Faults
) -> list[tuple[Part, Equation]]:
    """What can be read of the equations, each with its place."""
    found = []
    for part in root.at("equations").each():
        equation = faults.read(reader, part)
        if not faults.has(equation):
            named = part.maybe("name")
            faults.names |= {named.value} if named and isinstance(named.value, str) else set()
            continue
        if faults.has(faults.read(take_name, equation.name, part.at("name"), taken)):
            found.append((part, equation))
    return found


def write_equations(
    equations: Sequence[tuple[Part, Equation]], program: Program, faults: Faults
) -> None:
    """Each as code; of one that reads what is wrong itself nothing can be said."""
    for part, equation in equations:
        if faults.names and not faults.names.isdisjoint(_named_in(equation)):
            program.leave_out(equation.line)
        else:
            faults.read(_write, part, equation, program)


def _named_in(equation: Equation) -> set[str]:
    return {*NAME.findall(equation.text), *(loop.keys for loop in equation.loops)}


def _write(part: Part, equation: Equation, program: Program) -> None:
    try:
        program.add(equation.line)
    except ExpressionError as error:
        raise part.at("is").faulty(error.fault) from None


def check_read(root: Part, sections: Sequence[str], used: Collection[str], gases: Gases) -> None:
    """Whatever a document declares, something reads: notes what nothing does."""
    for section in sections:
        for name, part in root.at(section).items() if root.has(section) else ():
            if name not in used:
                part.flawed("not_read")
    for parameter in gases.parameters:
        if parameter.name not in used:
            root.at("gases").flawed("gas_not_weighed", name=parameter.name)
