"""Edits a program at random on the real engine, and shrinks what goes wrong.

`python -m tests.edits [--seeds 1-12] [--steps 25] [--jobs 2]`; `--only 1,4,7` plays these steps of a seed.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from tests.edits.drawing import draw
from tests.edits.edits import Step
from tests.edits.sequence import Played, play
from tests.edits.shrinking import shrunk
from tests.support import processes

# Of what the commands said: the commands, what was done, and what they complain of.
_SHOWN = re.compile(r"^\$ pulumi|^KILLED|\b(created|deleted|updated|replaced)\b|\berror:|zoho-adobe: ")


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.edits", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seeds", default="1-12", help="one, or the first and the last, such as 1-12")
    parser.add_argument("--steps", type=int, default=25, help="how many steps a seed has")
    parser.add_argument("--jobs", type=int, default=2, help="how many seeds run side by side")
    parser.add_argument(
        "--only", default="", help="the numbers of the steps to play, such as 1,4,7; the others are left out"
    )
    parser.add_argument("--no-shrink", action="store_true", help="leave a sequence that fails as it is")
    given = parser.parse_args()
    processes.restore_signals()
    begin, _, end = given.seeds.partition("-")
    seeds = range(int(begin), int(end or begin) + 1)
    only = {int(number) for number in given.only.split(",") if number}
    sequences = {seed: [step for step in draw(seed, given.steps) if not only or step.number in only] for seed in seeds}
    with ThreadPoolExecutor(given.jobs) as pool:
        played = dict(zip(seeds, pool.map(_played, seeds, sequences.values()), strict=True))
        failed = {seed: result for seed, result in played.items() if result.failure}
        if not given.no_shrink:
            list(pool.map(_shrunk, failed, failed.values()))
    steps = sum(len(result.steps) for result in played.values())
    wrong = ", ".join(map(str, failed)) or "none"
    print(f"\n{steps} steps, {len(failed)} of {len(played)} seeds with a violation: {wrong}")
    return 1 if failed else 0


def _played(seed: int, steps: Sequence[Step]) -> Played:
    result = play(steps, lambda line: print(f"{seed:>4} {line}", flush=True))
    if result.failure:
        lines = [f"violation of {violation}" for violation in result.failure.violations]
        lines += [f"  {line}" for line in result.failure.said.splitlines() if _SHOWN.search(line)]
        print("\n".join(f"{seed:>4}      {line}" for line in lines), flush=True)
    return result


def _shrunk(seed: int, result: Played) -> None:
    assert result.failure is not None
    kinds = result.failure.kinds

    def fails(steps: Sequence[Step]) -> bool:
        again = play(steps, lambda _: None).failure
        return again is not None and bool(again.kinds & kinds)

    steps = shrunk(result.steps, fails)
    lines = [f"seed {seed}, {', '.join(sorted(kinds))}, shrunk to:", *(str(step) for step in steps)]
    again = play(steps, lambda _: None).failure
    lines += [f"     {violation}" for violation in again.violations] if again else []
    print("\n".join(["", *lines]), flush=True)


if __name__ == "__main__":
    sys.exit(main())
