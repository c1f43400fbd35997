"""The picture: how long commands take by size and by latency."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from bench import plan, raw
from bench.fit import fit
from bench.samples import Samples
from bench.subjects import NAIVE

_STYLES = {
    NAIVE.name: ("#c0392b", "o"),
    plan.OURS.name: ("#2471a3", "s"),
    plan.TESTED.name: ("#5dade2", "D"),
    raw.NAME: ("#7f8c8d", "x"),
}


def draw(samples: Samples, path: Path) -> None:
    """Draw the picture.

    Args:
        samples: the figures.
        path: the PNG file to write.
    """
    figure, (sizes, makes, reads) = plt.subplots(1, 3, figsize=(15, 4.8), layout="constrained")
    _by_size(sizes, samples)
    _by_latency(makes, samples, "up", "`up` of 100 connections")
    _by_latency(reads, samples, "unchanged", "`preview --refresh` of 100 unchanged connections")
    handles, labels = makes.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False)
    figure.savefig(path, dpi=110)
    plt.close(figure)


def _by_size(axes: Axes, samples: Samples) -> None:
    latency = _square_latency(samples)
    for name, (color, marker) in _STYLES.items():
        sizes = sorted({item.size for item in samples.all if (item.subject, item.latency) == (name, latency)})
        points = [(size, wall) for size in sizes if (wall := samples.median(name, size, latency)) is not None]
        axes.plot(*zip(*points, strict=True), marker, color=color) if points else None
        if len(points) >= 3:
            fitted = fit(points)
            along = [10 ** (step / 20) for step in range(61) if 10 ** (step / 20) <= points[-1][0]]
            axes.plot(along, [fitted.at(size) for size in along], color=color, linewidth=1)
    axes.set(xscale="log", yscale="log", xlabel="connections", ylabel="seconds")
    axes.set_title(f"`up` at {latency * 1000:.0f} ms, with the fit a + bN + cN²", fontsize=10)
    axes.grid(alpha=0.3, which="both")


def _by_latency(axes: Axes, samples: Samples, step: str, title: str) -> None:
    latencies = sorted({item.latency for item in samples.all if item.size == 100})
    for name, (color, marker) in _STYLES.items():
        points = [
            (latency * 1000, wall)
            for latency in latencies
            if (wall := samples.median(name, 100, latency, step)) is not None
        ]
        if points:
            axes.plot(*zip(*points, strict=True), f"{marker}-", color=color, linewidth=1, label=name)
    axes.set(xlabel="latency of each answer, ms", ylabel="seconds", ylim=(0, None))
    axes.set_title(title, fontsize=10)
    axes.grid(alpha=0.3)


def _square_latency(samples: Samples) -> float:
    latencies = {item.latency for item in samples.all}
    return plan.SQUARE_LATENCY if plan.SQUARE_LATENCY in latencies else max(latencies)
