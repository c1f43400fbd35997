"""What there is of Zoho in a sandbox, as it was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from zoho_adobe.api.catalog import Dataset
    from zoho_adobe.api.dataflows import SourceConnection, TargetConnection
    from zoho_adobe.api.flow_service import Connection
    from zoho_adobe.api.flows import Flow
    from zoho_adobe.api.runs import Run

Via = Literal["source", "landing-zone"]


@dataclass(frozen=True)
class Pipe:
    """A dataflow with what it joins.

    Attributes:
        flow: the dataflow.
        via: how its rows come: through the retired source, or by files.
        source: its source connection; None if it is gone.
        target: its target connection; None if it is gone.
        dataset: the dataset that it fills; None if it is gone.
        runs: its last runs, the newest first.
        success: the last one that succeeded; None if none did.
    """

    flow: Flow
    via: Via
    source: SourceConnection | None
    target: TargetConnection | None
    dataset: Dataset | None
    runs: Sequence[Run] = ()
    success: Run | None = None

    @property
    def table(self) -> str:
        """What it reads: a table's path, or the path of files."""
        return self.source.table if self.source else ""

    @property
    def connection_id(self) -> str:
        """The base connection that it reads through; empty for files."""
        return self.source.base_connection_id if self.source else ""

    @property
    def covered_until(self) -> float:
        """Until when it has brought what changed, in seconds since 1970; 0 if no run succeeded."""
        return self.success.window_end if self.success else 0.0

    @property
    def enabled(self) -> bool:
        """Whether it runs."""
        return self.flow.state == "enabled"


@dataclass(frozen=True)
class Sandbox:
    """What there is in a sandbox.

    Attributes:
        name: its name.
        now: the time when it was read, in seconds since 1970.
        connections: the base connections to Zoho CRM.
        pipes: the dataflows from Zoho CRM, and those from files of the landing zone into the same datasets.
        unused: source connections that no dataflow uses.
        error: why it could not be read; then all else is empty.
    """

    name: str
    now: float
    connections: Sequence[Connection] = ()
    pipes: Sequence[Pipe] = ()
    unused: Sequence[SourceConnection] = ()
    error: str = ""

    def on(self, connection_id: str) -> list[Pipe]:
        """Return the dataflows that read through a base connection."""
        return [pipe for pipe in self.pipes if pipe.connection_id == connection_id]


@dataclass(frozen=True)
class Finding:
    """Something that a person should look at.

    Attributes:
        weight: "broken" where rows are missing, "warning" where they may be soon, "note" where nothing is urgent.
        sandbox: the sandbox.
        kind: "dataflow", "base connection", "source connection" or "sandbox".
        name: the object's name.
        id: its id.
        text: what is so.
        remedy: what to do.
    """

    weight: Literal["broken", "warning", "note"]
    sandbox: str
    kind: str
    name: str
    id: str
    text: str
    remedy: str = ""


@dataclass(frozen=True)
class Inventory:
    """All that was found.

    Attributes:
        organization: the organization.
        sandboxes: its sandboxes, each as it was read.
        managed: which stack manages an object, by its id; None where no stack was asked.
        findings: what a person should look at, the weightiest first.
    """

    organization: str
    sandboxes: Sequence[Sandbox]
    managed: dict[str, str] | None = None
    findings: Sequence[Finding] = field(default_factory=tuple)

    @property
    def urgent(self) -> list[Finding]:
        """The findings that are not mere notes."""
        return [finding for finding in self.findings if finding.weight != "note"]
