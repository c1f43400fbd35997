"""The fit t = a + bN + cN², weighted so that small and large sizes count alike."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Fit:
    """What a command costs by the number of resources.

    Attributes:
        fixed: seconds whatever the number.
        each: seconds for each resource.
        square: seconds for each pair of resources.
    """

    fixed: float
    each: float
    square: float

    def at(self, size: float) -> float:
        """Return the seconds for a number of resources."""
        return self.fixed + self.each * size + self.square * size * size

    def turning_point(self) -> float:
        """Return the number from which on the square is more than all the rest; infinite without a square."""
        if self.square <= 0:
            return math.inf
        return (self.each + math.sqrt(self.each**2 + 4 * self.square * self.fixed)) / (2 * self.square)


def fit(points: Sequence[tuple[float, float]]) -> Fit:
    """Fit measured seconds; relative errors are made small, and no part is negative.

    Args:
        points: sizes and seconds, at least three of different sizes.
    """
    best: tuple[float, list[float]] | None = None
    # Few enough parts to try every choice of those that are not zero.
    for chosen in ((0, 1, 2), (0, 1), (0, 2), (1, 2), (0,), (1,), (2,)):
        solved = _solve(points, chosen)
        if solved is None or min(solved) < 0:
            continue
        parts = [0.0, 0.0, 0.0]
        for power, value in zip(chosen, solved, strict=True):
            parts[power] = value
        error = sum((sum(part * n**power for power, part in enumerate(parts)) / t - 1) ** 2 for n, t in points)
        if best is None or error < best[0]:
            best = (error, parts)
    if best is None:
        raise ValueError("no fit")
    return Fit(*best[1])


def _solve(points: Sequence[tuple[float, float]], powers: Sequence[int]) -> list[float] | None:
    """Solve the normal equations of least squares by elimination."""
    rows = [
        [sum(n ** (p + q) / t**2 for n, t in points) for q in powers] + [sum(n**p / t for n, t in points)]
        for p in powers
    ]
    size = len(powers)
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(rows[row][column]))
        if abs(rows[pivot][column]) < 1e-12:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        for row in range(size):
            if row != column:
                factor = rows[row][column] / rows[column][column]
                rows[row] = [mine - factor * other for mine, other in zip(rows[row], rows[column], strict=True)]
    return [rows[index][size] / rows[index][index] for index in range(size)]
