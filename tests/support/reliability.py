"""Writes what a run of the fault matrix or of the kill test found into docs/reliability.md."""

from __future__ import annotations

import re

from tests.support.stack import PROJECT
from zoho_adobe import __version__

PAGE = PROJECT / "docs" / "reliability.md"


def record(section: str, found: str) -> None:
    """Put the result of a run in the place of the one before.

    Args:
        section: the name in the page's marks, such as "faults".
        found: Markdown.
    """
    begin, end = f"<!-- {section} -->", f"<!-- end of {section} -->"
    text = PAGE.read_text()
    if begin not in text or end not in text:
        raise ValueError(f"{PAGE.name} has no place for {section!r}")
    result = f"{begin}\nWritten by `make {section}`, zoho-adobe {__version__}.\n\n{found.strip()}\n{end}"
    PAGE.write_text(re.sub(f"{re.escape(begin)}.*?{re.escape(end)}", lambda _: result, text, flags=re.DOTALL))
