"""The manifest of a run: which windows it exports, and what became of each.

It is written to the zone before the first job, and after each step that a later run can build on. A run that was killed
is finished by the next one from here: the same windows, the same files, and no job or file twice.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from zoho_adobe.exporter.windows import Counted, Window

_VERSION = 1


@dataclass(slots=True)
class Part:
    """One file to be: a window, or a page of one that cannot be split.

    Attributes:
        window: the window.
        counted: records in it when it was planned.
        file: the file's name below the container; it is used for this part only.
        job: the id of the Bulk Read job, empty before there is one.
        page_token: what a page after the first is asked for by.
        done: whether the file is in the zone, or there are no rows for one.
        rows: how many rows it has.
        sha256: the digest of the file.
        size: its bytes; 0 if there is no file.
        at: when it came into the zone, by Zoho's clock.
    """

    window: Window
    counted: int
    file: str
    job: str = ""
    page_token: str = ""
    done: bool = False
    rows: int = 0
    sha256: str = ""
    size: int = 0
    at: int = 0


@dataclass(slots=True)
class Manifest:
    """A run of one table.

    Attributes:
        run: what tells the run; part of each file's name.
        module: the module's API name.
        dataset_id: the dataset that the rows end in.
        path: the folder of the files.
        columns: what tells the columns.
        kind: "full" or "increment".
        reason: why everything is exported, empty for an increment.
        since: the watermark that the plan was made with, None if there was none.
        until: the watermark that the run ends with.
        planned: when it was planned, by Zoho's clock.
        total: records that were created before `until`, when it was planned.
        settled: records in the part of the plan that later runs will not export again, when it was planned.
        dropped: columns that Bulk Read does not give, which are empty in the files.
        listed: deletions before `planned` that Zoho listed, 0 if they were not counted.
        parts: the files.
        deletes: the file of deletions, None if they are not exported.
        user: the id of the Zoho user, empty before the first job.
        closed: whether it is over: the watermark was written, or the run was given up.
        given_up: whether it was given up.
    """

    run: str
    module: str
    dataset_id: str
    path: str
    columns: str
    kind: str
    reason: str
    since: int | None
    until: int
    planned: int
    total: int
    settled: int
    dropped: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    deletes: Part | None = None
    user: str = ""
    closed: bool = False
    given_up: bool = False
    listed: int = 0

    @property
    def finished(self) -> bool:
        """Whether everything that was planned is in the zone."""
        return all(part.done for part in self.files)

    @property
    def files(self) -> list[Part]:
        """The parts, with that of the deletions."""
        return [*self.parts, *([self.deletes] if self.deletes else [])]

    def file_of(self, window: Window, page: int = 1) -> str:
        """Return the name of a part's file, which says module and window and is used once.

        Args:
            window: the window.
            page: the page, from 1.
        """
        more = f"_{page}" if page > 1 else ""
        return f"{self.path}/{self.module}_{window.name()}_{self.run}{more}.csv.gz"

    def add(self, counted: Counted) -> None:
        """Plan a window."""
        self.parts.append(Part(counted.window, counted.rows, self.file_of(counted.window)))

    def replace(self, part: Part, windows: tuple[Window, ...]) -> None:
        """Plan other windows instead of a part that turned out to hold more than a job gives."""
        at = self.parts.index(part)
        self.parts[at : at + 1] = [Part(window, 0, self.file_of(window)) for window in windows]

    def text(self) -> str:
        """Return the manifest as it is stored."""
        return json.dumps({"version": _VERSION, **asdict(self)}, indent=1)


def read_manifest(text: str) -> Manifest | None:
    """Read a manifest; None if it is damaged, foreign or of another release."""
    try:
        found: dict[str, Any] = json.loads(text)
        if found.pop("version") != _VERSION:
            return None
        parts, deletes = found.pop("parts"), found.pop("deletes")
        return Manifest(
            **found, parts=[_part(item) for item in parts], deletes=None if deletes is None else _part(deletes)
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _part(found: dict[str, Any]) -> Part:
    return Part(**{**found, "window": Window(**found["window"])})
