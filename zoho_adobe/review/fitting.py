"""What of the reviews of several stacks fits into one comment: what counts most, of all stacks, first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from zoho_adobe.review.text import count

_WHY = ", as a comment cannot be longer: `pulumi preview --diff` shows all"
_LEFT_OUT = len("*100000 more sections left out.*") + 2


class Rank(IntEnum):
    """How much a section counts: the last ones are left out first."""

    FAILURE = 0
    SECOND_LOOK = 1
    GONE = 2
    MADE = 3
    CHANGED = 4
    REST = 5


@dataclass(frozen=True)
class Section:
    """A part of the review of one stack.

    Attributes:
        rank: how much it counts.
        text: Markdown.
        shorter: what to show where there is no room for it, each shorter than the one before.
    """

    rank: Rank
    text: str
    shorter: Sequence[str] = ()


@dataclass
class Part:
    """The review of one stack.

    Attributes:
        head: the line that is always shown.
        sections: what follows it, in the order in which it is shown.
    """

    head: str
    sections: Sequence[Section]


def fitted(parts: Sequence[Part], room: int) -> list[str]:
    """Choose what is shown.

    Args:
        parts: the reviews, in the order in which they are shown.
        room: how many characters there are, with two between texts; the heads have to fit.

    Returns:
        The text of each.
    """
    shown: list[dict[int, str]] = [{} for _ in parts]
    room -= len(_WHY) + sum(size(part.head) + 2 + (_LEFT_OUT if part.sections else 0) for part in parts)
    for rank in Rank:
        room = _fit(rank, parts, shown, room)
    said = False
    texts = []
    for part, chosen in zip(parts, shown, strict=True):
        lines = [part.head, *(chosen[index] for index in sorted(chosen))]
        # A section in a shorter form is left out in part.
        if left_out := sum(chosen.get(index) != section.text for index, section in enumerate(part.sections)):
            lines.append(f"*{count(left_out, 'more section')} left out{'' if said else _WHY}.*")
            said = True
        texts.append("\n\n".join(lines))
    return texts


def _fit(rank: Rank, parts: Sequence[Part], shown: Sequence[dict[int, str]], room: int) -> int:
    """Add what fits of a rank, in its longest form for which there is room in all stacks.

    Returns:
        What room is left for what counts less: none where something of this rank found no room.
    """
    wanted = [
        (place, index, (section.text, *section.shorter))
        for place, part in enumerate(parts)
        for index, section in enumerate(part.sections)
        if section.rank is rank
    ]
    room_before = room
    forms = max((len(texts) for *_, texts in wanted), default=1)
    for form in range(forms):
        chosen = [(place, index, texts[min(form, len(texts) - 1)]) for place, index, texts in wanted]
        needed = sum(size(text) + 2 for *_, text in chosen)
        if needed <= room:
            break
    for place, index, text in chosen:
        if size(text) + 2 <= room:
            shown[place][index] = text
            room -= size(text) + 2
    return room if needed <= room_before else 0


def size(text: str) -> int:
    """Return how long a text is for GitHub, where characters outside of the basic plane may count twice."""
    return len(text.encode("utf-16-le")) // 2
