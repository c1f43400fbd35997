"""Paths in the landing zone: what Adobe accepts of them, checked without any network.

Source: https://experienceleague.adobe.com/en/docs/experience-platform/sources/connectors/cloud-storage/data-landing-zone
"""

from __future__ import annotations

import re

from zoho_adobe.errors import InputError

_LONGEST_STEP = 255
_REFUSED = '"\\:|<>?'
_ESCAPED = "!'();@&=+$,%#[]"
_RESERVED = re.compile(r"LPT[1-9]|COM[1-9]|PRN|AUX|NUL|CON|CLOCK\$|\.\.?", re.IGNORECASE)
_PLAIN = "Use letters, digits, dashes, underscores and dots"


def check_path(field: str, path: str, problems: list[InputError]) -> None:
    """Report a path below the container that Adobe refuses, or reads as another one.

    Args:
        field: the input that holds it.
        path: the path, which may have "*" in its last step.
        problems: where to report.
    """

    def report(message: str, remedy: str) -> None:
        problems.append(InputError(field, f"{path!r} {message}", remedy=remedy))

    if path.startswith("/"):
        report("starts with a slash", "Write it relative to the container, such as 'zoho/contacts/*.csv.gz'")
        return
    steps = path.removesuffix("/").split("/")
    for step in steps:
        odd = next((character for character in step if character in _REFUSED or ord(character) < 32), "")
        escaped = next((character for character in step if character in _ESCAPED), "")
        if not step:
            report("has two slashes in a row", "Take one of them out")
        elif odd:
            report(f"has the character {odd!r}, which Adobe refuses in the names of files and folders", _PLAIN)
        elif escaped:
            report(f"has the character {escaped!r}, which Adobe accepts escaped only", _PLAIN)
        elif _RESERVED.fullmatch(step):
            report(f"has the part {step!r}, a name that Adobe reserves", "Choose another name")
        elif len(step) > _LONGEST_STEP:
            report(f"has a part of {len(step)} characters", f"Use at most {_LONGEST_STEP}")
        else:
            continue
        return
    if any("*" in step for step in steps[:-1]):
        report("has '*' in the name of a folder", "Use it in the last part only, such as 'zoho/contacts/*.csv.gz'")
