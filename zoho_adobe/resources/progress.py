"""How far each table has come in a dataset: the words of the tag that keeps it, and what they are worth.

One word is one entry, as JSON: a table, the base connection that it is read through, and until when everything has
come. What is written by people or by an earlier version is read too, and nothing of it is believed unseen.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

TAG = "zohoAdobeProgress"
"""The dataset's tag."""

_SUFFIX = re.compile(r" [0-9a-f]{8}$")
# The longest time in seconds that is not in milliseconds.
_DIGITS = 11


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows come from.

    Attributes:
        table: the table's path.
        connection: the id of the base connection.
        account: what tells the Zoho client behind it, so that a replaced connection is known again; empty if unknown.
    """

    table: str
    connection: str
    account: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """How far one source has come in one dataset; all times are in whole seconds since 1970.

    Attributes:
        source: where the rows come from.
        until: everything that changed before this second has arrived, 0 if nothing has; None if that is damaged.
        since: when the last dataflow was about to be made; what arrived later came through it.
        dataflow: the dataflow that has gone on from here, so that more may have come; empty once it is retired.
        making: the full name of the dataflow that a create is about to make, until it has come to its end.
        begun: when that create began, or another one came back for the dataflow.
        undecided: whether only the program's word told what to bring, and no dataflow has carried that out yet.
    """

    source: Source
    until: int | None
    since: int = 0
    dataflow: str = ""
    making: str = ""
    begun: int = 0
    undecided: bool = False

    def word(self) -> str:
        """Returns the entry as it stands in the tag."""
        fields = {
            "table": self.source.table,
            "connection": self.source.connection,
            "account": self.source.account,
            "until": self.until,
            "since": self.since,
            "dataflow": self.dataflow,
            "making": self.making,
            "begun": self.begun,
            "undecided": self.undecided,
        }
        return json.dumps({key: value for key, value in fields.items() if value or key == "until"})


@dataclass(frozen=True, slots=True)
class Tag:
    """The tag as a whole.

    Attributes:
        entries: what it says, one entry for each source.
        named: what an earlier version wrote: a time, or None if it is damaged, by a dataflow's full name.
        unreadable: words that are neither, kept as they are.
    """

    entries: tuple[Entry, ...] = ()
    named: Mapping[str, int | None] | None = None
    unreadable: tuple[str, ...] = ()

    def words(self) -> list[str]:
        """Returns the tag's words."""
        named = [f"{name}={'?' if seconds is None else seconds}" for name, seconds in (self.named or {}).items()]
        return [*self.unreadable, *named, *(entry.word() for entry in self.entries)]

    def of(self, source: Source) -> Entry | None:
        """Returns the entry of a table that is read through a connection."""
        return next((entry for entry in self.entries if _key(entry) == (source.table, source.connection)), None)

    def by_dataflow(self, dataflow_id: str, full_name: str) -> Entry | None:
        """Returns the entry that a dataflow goes on from, or that a create of its name was about to go on from."""
        for entry in self.entries:
            if dataflow_id == entry.dataflow or (full_name and full_name == entry.making):
                return entry
        return None

    def elsewhere(self, source: Source) -> list[Entry]:
        """Returns the entries of the same table, read through other connections."""
        return [
            entry
            for entry in self.entries
            if entry.source.table == source.table and entry.source.connection != source.connection
        ]

    def name_of(self, full_name: str) -> str:
        """Returns the name under which an earlier version wrote of this dataflow, whatever its suffix was.

        Args:
            full_name: the dataflow's full name now.

        Returns:
            The name; empty if there is none, or more than one.
        """
        named = self.named or {}
        if full_name in named:
            return full_name
        alike = [name for name in named if _SUFFIX.sub("", name) == _SUFFIX.sub("", full_name)]
        return alike[0] if len(alike) == 1 else ""

    def with_entry(self, entry: Entry, *, instead_of: Entry | None = None, name: str = "") -> Tag:
        """Returns the tag with an entry, instead of what stood for the same source.

        Args:
            entry: the entry.
            instead_of: the entry of another source that it takes the place of.
            name: a name of an earlier version that it takes the place of.
        """
        gone = {_key(entry), _key(instead_of) if instead_of else _key(entry)}
        others = [other for other in self.entries if _key(other) not in gone]
        # Where it stood before: two processes that write would take turns in putting theirs last.
        place = next((at for at, other in enumerate(self.entries) if _key(other) in gone), len(others))
        return replace(
            self,
            entries=(*others[:place], entry, *others[place:]),
            named={key: seconds for key, seconds in (self.named or {}).items() if key != name},
        )


def read_tag(words: Iterable[str]) -> Tag:
    """Returns what the words of a tag say."""
    entries: dict[tuple[str, str], Entry] = {}
    named: dict[str, int | None] = {}
    unreadable: list[str] = []
    for word in words:
        if word.startswith("{"):
            entry = _entry(word)
            if entry is None:
                unreadable.append(word)
                continue
            twin = entries.get(_key(entry))
            # Written twice by hand: the earlier time cannot lose a row.
            entries[_key(entry)] = entry if twin is None or twin.until is None else _earlier(entry, twin)
            continue
        name, equals, seconds = word.rpartition("=")
        if equals and name:
            named[name] = int(seconds) if re.fullmatch(rf"[0-9]{{1,{_DIGITS}}}", seconds) else None
        else:
            unreadable.append(word)
    return Tag(tuple(entries.values()), named, tuple(unreadable))


def reached(until: int, came_to: int, *, start: int, backfill: bool) -> int:
    """Returns until when everything has come once a dataflow has run.

    A dataflow without a backfill brings nothing that is older than its start. If the gap between what came before it
    and its start was not closed, the next dataflow has to begin with that gap: rows may come twice, but none is lost.

    Args:
        until: what came before the dataflow; 0 if nothing did.
        came_to: the end of its last successful run; 0 if there was none.
        start: when it starts.
        backfill: whether its first run ingests all rows.
    """
    # An earlier version wrote the last second before the start, where the start is written today.
    gap = not backfill and 0 < until < start - 1
    return until if gap else max(until, came_to)


def believable(until: int | None, *, created: int, now: float) -> bool:
    """Tells whether a time can be right: no run of a dataflow into a dataset ends before that exists, or in the future.

    Args:
        until: the time; None if it is damaged.
        created: when the dataset was made; 0 if that is unknown.
        now: the time at Adobe.
    """
    return until is not None and (until == 0 or max(created - 1, 1) <= until <= now + 1)


def _entry(word: str) -> Entry | None:
    try:
        fields = json.loads(word)
    except (ValueError, RecursionError):
        return None
    if not isinstance(fields, dict) or not isinstance(fields.get("table"), str) or not fields["table"]:
        return None
    texts = {key: fields.get(key, "") for key in ("connection", "account", "dataflow", "making")}
    if not all(isinstance(text, str) for text in texts.values()):
        return None
    return Entry(
        Source(fields["table"], texts["connection"], texts["account"]),
        until=_seconds(fields.get("until")),
        since=_seconds(fields.get("since", 0)) or 0,
        dataflow=texts["dataflow"],
        making=texts["making"],
        begun=_seconds(fields.get("begun", 0)) or 0,
        undecided=fields.get("undecided") is True,
    )


def _seconds(value: object) -> int | None:
    right = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**_DIGITS
    return int(value) if right and isinstance(value, int) else None


def _key(entry: Entry) -> tuple[str, str]:
    return entry.source.table, entry.source.connection


def _earlier(entry: Entry, twin: Entry) -> Entry:
    if entry.until is None or twin.until is None:
        return entry if entry.until is None else twin
    return min(entry, twin, key=lambda one: one.until or 0)
