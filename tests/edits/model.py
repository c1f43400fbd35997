"""What a program declares, as data: an edit makes another one of it. No engine and no I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

GROUPS = ("group-a", "group-b")
"""Components that are always there, for others to move into."""

MODULES = {
    "Accounts": ("Account_Name", "accountName", ("Website", "Industry", "Employees")),
    "Leads": ("Last_Name", "lastName", ("Company", "Email", "Phone")),
}
"""Of each table: the column by which a row is known, the field that it goes to, and what may be brought beside it."""

ENDS = ("schema", "dataset", "target")
"""What an ingestion declares for a table, whichever way its rows come."""
WAYS = {
    "source": ("table", "source", "mapping", "dataflow"),
    "landing-zone": ("module", "files-source", "files-mapping", "files-dataflow"),
}
"""What it declares for each way."""
VIAS = ("source", "both", "landing-zone")


@dataclass(frozen=True)
class Former:
    """What something was called before, and in which group it was: an alias."""

    name: str
    parent: str | None


@dataclass(frozen=True)
class Declared:
    """What connections and ingestions have in common.

    Attributes:
        key: by what the fuzzer knows it, whatever happens to its names.
        logical: its logical name.
        suffix: None, "seed" for the stack's, or a text of its own.
        parent: the group it is in.
        former: what it says of its past.
        provider: whether it has an explicit provider, of the same settings as the default one.
        retain: whether it stays at Adobe when it goes from the program.
    """

    key: str
    logical: str
    suffix: str | None = "seed"
    parent: str | None = None
    former: Former | None = None
    provider: bool = False
    retain: bool = False


@dataclass(frozen=True)
class Connection(Declared):
    """A base connection.

    Attributes:
        name: its name at Adobe, without the suffix.
        adopts: whether it names the id that it has, or is to have.
    """

    name: str = ""
    description: str = ""
    adopts: bool = False

    @property
    def sort(self) -> str:
        """Say which rule it is under."""
        return "adopted" if self.adopts else "suffixed" if self.suffix else "plain"


@dataclass(frozen=True)
class Table:
    """How one table is brought."""

    columns: tuple[str, ...]
    group: str | None = None
    via: str = "source"
    marked: bool = False

    @property
    def by_source(self) -> bool:
        """Return whether its rows come through the source."""
        return self.via != "landing-zone"

    @property
    def by_files(self) -> bool:
        """Return whether its rows come by files."""
        return self.via != "source"


@dataclass(frozen=True)
class Ingestion(Declared):
    """Tables of Zoho CRM.

    Attributes:
        connection: the key of the connection that it reads through; None if it makes its own.
        adopts: whether the connection of its own names the id that it has.
        backfill: what its schedule says of a backfill, if anything.
    """

    connection: str | None = None
    adopts: bool = False
    interval: int = 30
    backfill: bool | None = None
    group: str | None = None
    tables: Mapping[str, Table] = field(default_factory=dict)

    @property
    def brought(self) -> list[str]:
        """List the tables of its group."""
        return [name for name, table in self.tables.items() if self.group in (None, table.group)]

    def parts(self) -> Iterator[str]:
        """List the last parts of the logical names of all that it declares."""
        if self.connection is None:
            yield "connection"
        if any(self.tables[table].by_files for table in self.brought):
            yield "zone"
        for table in self.brought:
            ways = [parts for way, parts in WAYS.items() if self.tables[table].via in (way, "both")]
            for part in (*ENDS, *(part for parts in ways for part in parts)):
                yield f"{table}-{part}"

    def part(self, table: str, part: str) -> str:
        """Return the last part of a logical name: of the way that a table's rows come, the source's if it is both."""
        return f"{table}-{part}" if part in ENDS or self.tables[table].by_source else f"{table}-files-{part}"


@dataclass(frozen=True)
class Program:
    """All that is declared.

    Attributes:
        connections: the base connections.
        ingestions: what brings tables.
        seed: the number that the stack's seed is kept for.
        retired: what was declared once, and may come back.
    """

    connections: tuple[Connection, ...] = ()
    ingestions: tuple[Ingestion, ...] = ()
    seed: int = 1
    retired: tuple[Connection | Ingestion, ...] = ()

    @property
    def items(self) -> tuple[Connection | Ingestion, ...]:
        """All that is declared."""
        return (*self.connections, *self.ingestions)

    def find(self, key: str) -> Connection | Ingestion:
        """Return what has a key.

        Raises:
            KeyError: nothing has.
        """
        for item in self.items:
            if item.key == key:
                return item
        raise KeyError(key)

    def has(self, key: str) -> bool:
        """Return whether something has a key."""
        return any(item.key == key for item in self.items)

    def users(self, key: str) -> list[Ingestion]:
        """List the ingestions that read through a connection."""
        return [item for item in self.ingestions if item.connection == key]

    def changed(self, key: str, **changes: Any) -> Program:
        """Return the program with something changed."""
        return replace(
            self,
            connections=tuple(replace(it, **changes) if it.key == key else it for it in self.connections),
            ingestions=tuple(replace(it, **changes) if it.key == key else it for it in self.ingestions),
        )

    def without(self, key: str) -> Program:
        """Return the program with something taken out."""
        return replace(
            self,
            connections=tuple(it for it in self.connections if it.key != key),
            ingestions=tuple(it for it in self.ingestions if it.key != key),
            retired=(*self.retired, replace(self.find(key), former=None)),
        )

    def adding(self, item: Connection | Ingestion) -> Program:
        """Return the program with one more declaration."""
        retired = tuple(it for it in self.retired if it.key != item.key)
        if isinstance(item, Connection):
            return replace(self, connections=(*self.connections, item), retired=retired)
        return replace(self, ingestions=(*self.ingestions, item), retired=retired)

    def resources(self) -> dict[tuple[str, str], str]:
        """Return the logical names of all resources by key and part; the part of a connection is empty."""
        found = {(item.key, ""): item.logical for item in self.connections}
        for item in self.ingestions:
            found |= {(item.key, part): f"{item.logical}-{part}" for part in item.parts()}
        return found

    def document(self, adopt_ids: Mapping[str, str]) -> dict[str, Any]:
        """Return what the program reads.

        Args:
            adopt_ids: the ids that connections adopt, by the key of the connection or of the ingestion that makes it.
        """
        logical = {item.key: item.logical for item in self.connections}
        connections = [
            {**asdict(item), "adopt_id": adopt_ids[item.key] if item.adopts else None} for item in self.connections
        ]
        ingestions = [
            {
                **asdict(item),
                "connection": logical[item.connection] if item.connection else None,
                "adopt_id": adopt_ids[item.key] if item.adopts else None,
            }
            for item in self.ingestions
        ]
        return {"seed": self.seed, "groups": GROUPS, "connections": connections, "ingestions": ingestions}


def first() -> Program:
    """Return the program with which a sequence begins."""
    return Program(
        connections=(
            Connection("suffixed", "suffixed", name="Zoho CRM"),
            Connection("plain", "plain", suffix=None, name="Plain"),
            Connection("adopted", "adopted", suffix=None, name="Adopted", adopts=True),
        ),
        ingestions=(
            Ingestion(
                "tables",
                "crm",
                connection="suffixed",
                tables={name: Table((known,)) for name, (known, _, _) in MODULES.items()},
            ),
        ),
    )
