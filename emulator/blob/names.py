"""Names of blobs, by the rules that Adobe gives for files of a landing zone. No storage."""

from __future__ import annotations

import re

from emulator.blob import exceptions

COMPONENT = re.compile(r'[^"\\/:|<>*?\x00-\x1f\x7f]{1,255}')
RESERVED = re.compile(r"(LPT[1-9]|COM[1-9]|PRN|AUX|NUL|CON|CLOCK\$|\.|\.\.)", re.IGNORECASE)


def check(name: str) -> str:
    """The name as it is kept: a slash at its end is dropped."""
    kept = name.rstrip("/")
    for component in kept.split("/"):
        if COMPONENT.fullmatch(component) is None or RESERVED.fullmatch(component):
            raise exceptions.invalid_name(name)
    return kept


def parents(name: str) -> list[str]:
    """The directories that a name is in, the outermost first."""
    steps = name.split("/")[:-1]
    return ["/".join(steps[: count + 1]) for count in range(len(steps))]
