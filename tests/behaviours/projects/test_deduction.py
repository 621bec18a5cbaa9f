"""The deduction: an upper bound of the overstated mass that holds as often as it says."""

from __future__ import annotations

import random
from bisect import bisect_right
from decimal import Decimal, localcontext
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given, strategies as st

from behaviours.programme import MASS_CUTS_MG
from behaviours.projects.deduction import (
    SEEN,
    STRINGER,
    STUDENT,
    Looked,
    Overstatement,
    SeenStratum,
    overstated,
)
from behaviours.projects.quantiles import LEVELS, poisson_limits, student
from behaviours.projects.sampling import Stratum, allot, sample_size, takes_whole_above

P90, P95 = Decimal("0.90"), Decimal("0.95")


def seen(population: int, mass_mg: int, *looked: tuple[int, int]) -> SeenStratum:
    return SeenStratum(population, mass_mg, [Looked(*each) for each in looked])


def test_what_was_looked_at_whole_is_deducted_exactly_and_more_is_not_credited() -> None:
    found = overstated([seen(3, 300, (100, 90), (100, 130), (100, 100))], P90)
    assert found == Overstatement(10, 10, SEEN, Decimal(0))


def test_the_worked_number_of_the_readme() -> None:
    # A hundred of 1 kg, ten looked at, one of them of half its mass; and two large ones, whole.
    small = seen(100, 100_000_000, *[(1_000_000, 1_000_000)] * 9, (1_000_000, 500_000))
    large = seen(2, 40_000_000, (20_000_000, 20_000_000), (20_000_000, 19_000_000))
    found = overstated([large, small], P90)
    # 1 kg seen in the large ones; 5 kg estimated of the small ones; and of the limits 2.302586 and
    # 3.889721: 10 kg x (2.302586 + 1.587135 x 0.5) = 30.961535 kg.
    assert (found.estimate_mg, found.bound_mg, found.bound) == (6_000_000, 31_961_535, STRINGER)


def test_many_small_errors_are_bound_by_students_quantile() -> None:
    looked = [(1_000_000, 1_000_000 - (at % 3) * 450_000) for at in range(60)]
    found = overstated([seen(10_000, 10_000_000_000, *looked)], P90)
    assert found.bound in (STUDENT, STRINGER)
    assert found.bound_mg > found.estimate_mg == 4_500_000_000


@given(st.integers(2, 60), st.integers(1, 400))
def test_a_clean_sample_still_leaves_the_errors_that_it_may_have_missed(size, unseen) -> None:
    found = overstated([seen(size + unseen, (size + unseen) * 100, *[(100, 100)] * size)], P90)
    assert found.estimate_mg == 0
    assert 0 < found.bound_mg <= unseen * 100


MASSES = st.lists(st.tuples(st.integers(1, 10**9), st.integers(0, 10**9)), min_size=2, max_size=20)


@given(st.lists(st.tuples(MASSES, st.integers(0, 50)), min_size=1, max_size=4))
def test_the_bound_lies_between_what_was_seen_and_everything(parts) -> None:
    strata = [
        seen(len(looked) + unseen, sum(r for r, _ in looked) + unseen * 1000, *looked)
        for looked, unseen in parts
    ]
    found = overstated(strata, P95)
    errors = sum(one.over_mg for each in strata for one in each.looked)
    assert errors <= found.bound_mg <= sum(each.mass_mg for each in strata)
    assert found.estimate_mg <= found.bound_mg
    assert overstated(strata, P90).bound_mg <= found.bound_mg


def another_way(
    strata: list[SeenStratum], confidence: Decimal, *, rare: bool = True
) -> tuple[Fraction, Fraction]:
    """(estimate, bound) by fractions and moments instead of residuals; roots by long division.

    ``rare``: with the bound that thinks of rare errors.
    """
    exact = estimate = variance = below = Fraction(0)
    looks: list[Fraction] = []
    shares: list[Fraction] = []
    least = unseen = Fraction(0)
    for each in strata:
        over = [max(0, one.recorded_mg - one.found_mg) for one in each.looked]
        least += sum(over)
        if len(over) == each.population:
            exact += sum(over)
            continue
        x = [one.recorded_mg for one in each.looked]
        n, mass, ratio = len(x), Fraction(each.mass_mg), Fraction(sum(over), sum(x))
        unseen += mass - sum(x)
        estimate += mass * ratio
        # sum((d - r x)^2) = sum d^2 - 2 r sum d x + r^2 sum x^2
        moments = (
            sum(d * d for d in over)
            - 2 * ratio * sum(d * m for d, m in zip(over, x, strict=True))
            + ratio**2 * sum(m * m for m in x)
        )
        part = (mass / Fraction(sum(x), n)) ** 2 * (1 - Fraction(n, each.population)) / n
        part *= moments / (n - 1)
        variance += part
        below += part**2 / (n - 1)
        looks.append(mass / n)
        shares += [Fraction(d, m) for d, m in zip(over, x, strict=True) if d]
    bound = max(least, exact + estimate)
    if variance:
        freedom = max(1, int(round(variance**2 / below, 6)))
        with localcontext() as context:
            context.prec = 60
            root = (Decimal(variance.numerator) / Decimal(variance.denominator)).sqrt()
        bound = max(
            bound, exact + estimate + Fraction(student(confidence, freedom)) * Fraction(root)
        )
    if looks and rare:
        limits = [Fraction(each) for each in poisson_limits(confidence)]
        # By parts: each limit times how far its share stands above the next.
        shares = [*sorted(shares, reverse=True), Fraction(0)]
        errors = limits[0] * (1 - shares[0])
        for at in range(len(shares) - 1):
            errors += limits[at + 1] * (shares[at] - shares[at + 1])
        bound = max(bound, exact + max(looks) * errors)
    return exact + estimate, min(bound, least + unseen)


def test_an_independent_computation_agrees_over_a_thousand_populations() -> None:
    rng = random.Random(20261126)
    for _ in range(1000):
        strata = []
        for _ in range(rng.randint(1, 4)):
            size, more = rng.randint(2, 12), rng.choice((0, 1, 50, 3000))
            looked = []
            for _ in range(size):
                mass = rng.randint(1, 10 ** rng.randint(3, 9))
                looked.append((mass, mass if rng.random() < 0.7 else rng.randint(0, mass * 2)))
            mass_mg = sum(mass for mass, _ in looked) + more * 10_000
            strata.append(seen(size + more, mass_mg, *looked))
        confidence = rng.choice((P90, P95))
        ours = overstated(strata, confidence)
        estimate, bound = another_way(strata, confidence)
        assert abs(ours.bound_mg - bound) <= 1
        assert abs(ours.estimate_mg - min(estimate, bound)) <= 1


def in_strata(masses: list[int], size: int) -> list[tuple[Stratum, list[int]]]:
    above = takes_whole_above(sum(masses), size)
    places: dict[int, list[int]] = {}
    for at, mass in enumerate(masses):
        place = -1 if mass > above else bisect_right(MASS_CUTS_MG, mass)
        places.setdefault(place, []).append(at)
    strata = [
        Stratum(number, None if place < 0 else "any", 0, None, len(at), sum(masses[i] for i in at))
        for number, (place, at) in enumerate(sorted(places.items()))
    ]
    return list(zip(allot(strata, size), (at for _, at in sorted(places.items())), strict=True))


def a_population(rng: random.Random) -> list[int]:
    kind = rng.randrange(3)
    if kind == 0:
        return [46_000] * 600
    if kind == 1:
        return [46_000] * 300 + [rng.randint(100_000, 3_000_000) for _ in range(300)]
    return [max(1, int(rng.lognormvariate(12, 1.2))) for _ in range(600)]


def rare_and_large(rng: random.Random, masses: list[int]) -> dict[int, int]:
    """A few actions, of the larger ones, did not happen."""
    larger = sorted(range(len(masses)), key=lambda at: -masses[at])[:200]
    return {at: masses[at] for at in rng.sample(larger, rng.choice((6, 12, 18)))}


def many_and_small(rng: random.Random, masses: list[int]) -> dict[int, int]:
    """Most actions are a few per cent too high."""
    return {at: m * rng.randint(0, 80) // 1000 for at, m in enumerate(masses) if rng.random() < 0.7}


def few_of_the_largest_that_are_drawn(rng: random.Random, masses: list[int]) -> dict[int, int]:
    """Whoever invents actions keeps just below what is looked at whole."""
    above = takes_whole_above(sum(masses), wanted(masses))
    below = sorted(
        (at for at, mass in enumerate(masses) if mass <= above), key=lambda at: masses[at]
    )
    return {at: masses[at] for at in below[-rng.choice((1, 2, 4, 8, 16, 40)) :]}


def all_in_one_stratum(rng: random.Random, masses: list[int]) -> dict[int, int]:
    _, members = max(
        in_strata(masses, wanted(masses)), key=lambda each: len(each[1]) * rng.random()
    )
    share = rng.choice((0.05, 0.3, 1))
    return {at: masses[at] for at in members if rng.random() < share}


def nearly_all_right(rng: random.Random, masses: list[int]) -> dict[int, int]:
    """Most are right and some did not happen at all: nothing lies between."""
    share = rng.choice((0.005, 0.02, 0.05, 0.1, 0.2))
    return {at: mass for at, mass in enumerate(masses) if rng.random() < share}


def partly_wrong(rng: random.Random, masses: list[int]) -> dict[int, int]:
    share = rng.choice((0.02, 0.1, 0.4))
    return {
        at: int(mass * rng.betavariate(0.4, 2))
        for at, mass in enumerate(masses)
        if rng.random() < share
    }


def the_small_half(_: random.Random, masses: list[int]) -> dict[int, int]:
    by_mass = sorted(range(len(masses)), key=lambda at: masses[at])
    return {at: masses[at] for at in by_mass[: len(masses) // 2]}


def with_a_heavy_tail(rng: random.Random) -> list[int]:
    return [max(1, int(20_000 * rng.paretovariate(1.1))) for _ in range(600)]


def of_every_size(rng: random.Random) -> list[int]:
    return [max(1, int(rng.lognormvariate(11, 2.2))) for _ in range(rng.choice((40, 200, 900)))]


def wanted(masses: list[int], confidence: Decimal = P90) -> int:
    return sample_size(len(masses), confidence=confidence, precision=Decimal("0.10"), least=30)


POPULATIONS = (a_population, with_a_heavy_tail, of_every_size)
ERRORS = (
    rare_and_large,
    many_and_small,
    few_of_the_largest_that_are_drawn,
    all_in_one_stratum,
    nearly_all_right,
    partly_wrong,
    the_small_half,
)


def looked_at(
    rng: random.Random, masses: list[int], over: dict[int, int], confidence: Decimal
) -> list[SeenStratum]:
    return [
        seen(
            stratum.population,
            stratum.mass_mg,
            *((masses[i], masses[i] - over.get(i, 0)) for i in rng.sample(at, stratum.size)),
        )
        for stratum, at in in_strata(masses, wanted(masses, confidence))
    ]


@pytest.mark.parametrize("confidence", [P90, P95])
def test_what_is_overstated_is_deducted_as_often_as_the_confidence_says(confidence) -> None:
    """A thousand random populations, each with errors as somebody would lay them who knows us."""
    rng, runs = random.Random(int(confidence * 100)), 1000
    under = dict.fromkeys(ERRORS, 0)
    drawn = dict.fromkeys(ERRORS, 0)
    by_estimate = by_student = 0
    for _ in range(runs):
        masses, errors = rng.choice(POPULATIONS)(rng), rng.choice(ERRORS)
        over = errors(rng, masses)
        strata = looked_at(rng, masses, over, confidence)
        true_mg, found = sum(over.values()), overstated(strata, confidence)
        drawn[errors] += 1
        under[errors] += found.bound_mg < true_mg
        by_estimate += found.estimate_mg < true_mg
        by_student += another_way(strata, confidence, rare=False)[1] < true_mg
    may_fail = 1 - confidence
    assert sum(under.values()) <= runs * may_fail
    for errors in ERRORS:
        assert drawn[errors] > runs / 14, "each kind was tried often enough"
        assert under[errors] <= drawn[errors] * may_fail, errors.__name__
    # The same populations find out what is too little: the best guess, and Student's bound alone.
    assert by_estimate > runs * may_fail * 2
    assert by_student > runs * may_fail


@given(st.lists(st.tuples(st.integers(1, 300), st.integers(1, 10**6)), min_size=1, max_size=12))
def test_the_plan_takes_the_largest_whole_and_two_of_the_rest(parts) -> None:
    strata = [
        Stratum(at, None if at == 0 else "any", 0, None, population, population * mass)
        for at, (population, mass) in enumerate(parts)
    ]
    size = max(parts[0][0], sample_size(sum(population for population, _ in parts)))
    planned = allot(strata, size)
    assert planned[0].size == planned[0].population
    assert all(min(2, each.population) <= each.size <= each.population for each in planned)
    assert sum(each.size for each in planned) >= min(size, sum(p for p, _ in parts))


def test_students_table_is_the_distribution_rounded_up() -> None:
    for confidence in LEVELS:
        for freedom in range(2, 31, 2):
            listed = student(confidence, freedom)
            assert even_student(listed, freedom) >= confidence
            assert even_student(listed - Decimal("0.001"), freedom) < confidence
        for freedom in range(1, 31):
            assert student(confidence, freedom) >= student(confidence, freedom + 1)


def even_student(t: Decimal, freedom: int) -> Decimal:
    """The distribution function for even degrees of freedom, as a finite sum.

    Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.7.4: with
    s = t / sqrt(v + t^2), P = 1/2 + s/2 (1 + sum of comb(2k, k) / 4^k (1 - s^2)^k).
    """
    with localcontext() as context:
        context.prec = 40
        sine = t / (freedom + t * t).sqrt()
        terms = (
            Decimal(comb(2 * k, k)) / 4**k * (1 - sine * sine) ** k for k in range(freedom // 2)
        )
        return Decimal("0.5") + sine / 2 * sum(terms, Decimal(0))


def test_the_limits_are_those_of_the_auditors_tables() -> None:
    assert [round(each, 2) for each in poisson_limits(P90)[:4]] == [
        Decimal(text) for text in ("2.30", "3.89", "5.32", "6.68")
    ]
    assert [round(each, 2) for each in poisson_limits(P95)[:4]] == [
        Decimal(text) for text in ("3.00", "4.74", "6.30", "7.75")
    ]
