"""How figures are written in a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

NONE = "-"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def verdict(found: float, bound: float) -> str:
    """Return whether a target is met."""
    return "met" if found <= bound else "**missed**"


def ms(latency: float) -> str:
    """Return a latency in milliseconds."""
    return f"{latency * 1000:.0f} ms"


def seconds(value: float | None) -> str:
    """Return seconds with three digits."""
    if value is None:
        return NONE
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def ratio(value: float | None) -> str:
    """Return a ratio."""
    return NONE if value is None else f"{value:.2f}"


def count(value: float | None) -> str:
    """Return a number of things."""
    return NONE if value is None else f"{value:.0f}"


def megabytes(value: float | None) -> str:
    """Return bytes in megabytes."""
    return f"{value / 1e6:.0f}" if value else NONE


def kilobytes(value: float | None) -> str:
    """Return bytes in kilobytes."""
    return f"{value / 1e3:.0f}" if value else NONE
