"""How far the exports of a table have come: a word in a tag of its dataset.

It is written after the upload, and survives a lost disk and the zone's days to live. What is missing, damaged or not
believable means that everything is exported again: rows may come twice by that, but none is lost.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

TAG = "zohoAdobeExport"
"""The dataset's tag."""
UNKNOWN = "?"


@dataclass(frozen=True, slots=True)
class Watermark:
    """How far one module has come in one dataset; all times are in whole seconds since 1970, by Zoho's clock.

    Attributes:
        module: the module's API name.
        until: every change before this second was exported.
        whole: when the last full export was planned, 0 if what came after it is not enough.
        columns: what tells the columns that were exported; others need a full export.
        counted: records that were there and created before `until`, as far as the token's user may see them.
        deletes: every deletion before this second was exported, 0 if none was.
        user: the id of the Zoho user whose records these are, empty if it was not told.
        dropped: names of columns that Zoho did not give, with commas; UNKNOWN if that is not known.
        listed: how many deletions before `listed_at` Zoho listed.
        listed_at: when they were counted, 0 if they were not.
        path: the folder that the files went to, empty if that is not known: what no run took from one folder is lost to
            a dataflow that reads another one.
        deletes_to: the dataset and folder of the files of deletions.
    """

    module: str
    until: int
    whole: int
    columns: str
    counted: int
    deletes: int = 0
    user: str = ""
    dropped: str = UNKNOWN
    listed: int = 0
    listed_at: int = 0
    path: str = ""
    deletes_to: str = ""

    def word(self) -> str:
        """Return the word of the tag."""
        return json.dumps(asdict(self))


def read_watermark(words: Iterable[str], module: str) -> Watermark | None:
    """Return what the tag says of a module; None if that is nothing that can be used.

    Args:
        words: the words of the tag.
        module: the module's API name.
    """
    found = [mark for word in words if (mark := _read(word)) and mark.module == module]
    # Written twice by hand: the earlier one cannot lose a row.
    return min(found, key=lambda mark: mark.until, default=None)


def with_watermark(words: Sequence[str], mark: Watermark) -> list[str]:
    """Return the words of the tag with a watermark instead of the module's last one; others stay as they are."""
    return [word for word in words if (other := _read(word)) is None or other.module != mark.module] + [mark.word()]


def _read(word: str) -> Watermark | None:
    try:
        mark = Watermark(**json.loads(word))
    except (ValueError, TypeError, RecursionError):
        return None
    texts = (mark.module, mark.columns, mark.user, mark.dropped, mark.path, mark.deletes_to)
    numbers = (mark.until, mark.whole, mark.counted, mark.deletes, mark.listed, mark.listed_at)
    right = all(isinstance(text, str) for text in texts) and all(
        isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 10**12 for number in numbers
    )
    return mark if right else None
