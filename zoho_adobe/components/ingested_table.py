"""What a program says of one table of a `ZohoIngestion`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

import pulumi

from zoho_adobe.resources.identity import Identity
from zoho_adobe.resources.schedule import Schedule

Via = Literal["source", "both", "landing-zone"]
"""How rows come: through the retired Zoho CRM source, by files of the landing zone, or by both side by side."""
Deletes = Literal["ignore", "mark"]
"""What becomes of records that are deleted in Zoho: nothing, or a row in a dataset of deletions."""

SOURCE, FILES = ("source", "both"), ("both", "landing-zone")
"""Which of `Via` read through a base connection, and which read files."""
_PLAIN = (
    *("delta_column", "columns", "fields", "identities", "labels", "relationships", "expressions", "profile"),
    *("group", "via", "deletes", "whole_every_days"),
)
_CHOICES = {"via": get_args(Via), "deletes": get_args(Deletes), "labels": ("suggested",)}


@dataclass(frozen=True)
class IngestedTable:
    """How one table is ingested.

    Attributes:
        delta_column: the column by which Adobe, or the exporter, tells what changed; Zoho's modules have Modified_Time.
            None for a dataflow with the frequency "once", or for files, which then have all records each time.
        columns: the columns to ingest; all of them if it is left out. The delta column always comes along, and with
            files the id.
        fields: where single columns go instead of a field of the schema's own that is named after the column: the path
            of a field of `field_groups`, such as {"Email": "personalEmail.address"}, or another name for the own field,
            such as {"Phone": "mobile"}.
        field_groups: the `$id`s of further field groups of the schema.
        schema_class: the `$id` of the schema's class; XDM Individual Profile if it is left out.
        schedule: when this table's dataflows run, if not as the others.
        enabled: whether its dataflows run.
        identities: which columns identify a person, such as {"Email": Identity("Email")}; their fields must be text.
        labels: the data usage labels of columns, such as {"Email": ["I1", "C2"]}.
        relationships: which tables of the same ingestion columns refer to, such as {"Account_Name": "Accounts"}; those
            need a primary identity, which the column holds.
        expressions: what Data Prep makes of single columns on their way, such as {"Email": "lower(Email)"}.
        profile: whether Real-Time Customer Profile takes the rows; it needs a primary identity, and Adobe never
            switches it off again.
        group: which of several stacks ingests it; see `ZohoIngestion`.
        via: how its rows come, if not as the others'.
        deletes: what becomes of its deleted records, if not as of the others'.
        whole_every_days: after how many days the exporter exports all records again, since formulas and roll-ups change
            without a record's time of change; 0 for never.

    Raises:
        ValueError: an argument other than schedule, field_groups, schema_class, enabled and an identity's namespace
            holds an Output, columns is a text, several identities are primary, profile has no primary one, or via,
            deletes or whole_every_days is not one of the values it can have.
    """

    delta_column: str | None = "Modified_Time"
    columns: Sequence[str] | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    field_groups: Sequence[str] | None = None
    schema_class: str | None = None
    schedule: Schedule | None = None
    enabled: bool = True
    identities: Mapping[str, Identity] = field(default_factory=dict)
    labels: Mapping[str, Sequence[str]] = field(default_factory=dict)
    relationships: Mapping[str, str] = field(default_factory=dict)
    expressions: Mapping[str, str] = field(default_factory=dict)
    profile: bool = False
    group: str | None = None
    via: Via | None = None
    deletes: Deletes | None = None
    whole_every_days: int = 30

    def __post_init__(self) -> None:
        """Refuse what is known only later, since which resources there are depends on it, and a text for a list."""
        for argument in _PLAIN:
            value = getattr(self, argument)
            parts = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else []
            if any(isinstance(part, pulumi.Output) for part in [value, *parts]):
                raise ValueError(f"IngestedTable: {argument}: pass plain values, since an Output is known too late")
        if isinstance(self.columns, str):
            raise ValueError(f"IngestedTable: columns: pass a list, such as [{self.columns!r}]")
        check_choices("IngestedTable", via=self.via, deletes=self.deletes)
        primary = [column for column, identity in self.identities.items() if identity.primary]
        if len(primary) > 1:
            raise ValueError(f"IngestedTable: identities: {' and '.join(map(repr, primary))} are both primary")
        if self.profile and not primary:
            raise ValueError(
                "IngestedTable: profile: no identity is primary, so Profile could not tell whose data a row has: pass "
                'one, such as identities={"Email": Identity("Email", primary=True)}'
            )
        days = self.whole_every_days
        if isinstance(days, bool) or not isinstance(days, int) or not 0 <= days <= 3650:
            raise ValueError(f"IngestedTable: whole_every_days: {days!r} is not a number of days from 0 to 3650")


def check_choices(of: str, **arguments: object) -> None:
    """Refuse words that are not among those of an argument.

    Args:
        of: the class that the arguments are passed to.
        arguments: the values of `via`, `deletes` and `labels`; None stands for one that is left out.

    Raises:
        ValueError: one of them is another word, or an Output.
    """
    for argument, value in arguments.items():
        choices = _CHOICES[argument]
        if isinstance(value, pulumi.Output):
            raise ValueError(f"{of}: {argument}: pass a plain value, since an Output is known too late")
        if value is not None and value not in choices:
            raise ValueError(f"{of}: {argument}: {value!r} is unknown: use {', '.join(map(repr, choices))}")


def tables_of(tables: Mapping[str, IngestedTable], group: str | None) -> dict[str, IngestedTable]:
    """Return the tables of a group.

    Args:
        tables: how each table is ingested, by its path.
        group: the group; None for all tables.

    Raises:
        ValueError: no table has the group, or a table has none.
    """
    if group is None:
        return dict(tables)
    without = [path for path, how in tables.items() if not how.group]
    if without:
        raise ValueError(
            f"ZohoIngestion: tables: no stack would ingest {', '.join(without)}: pass group to each IngestedTable"
        )
    chosen = {path: how for path, how in tables.items() if how.group == group}
    if not chosen:
        groups = ", ".join(sorted({str(how.group) for how in tables.values()}))
        raise ValueError(
            f"ZohoIngestion: group: no table has the group {group!r}: pass one of {groups}, or give it a table"
        )
    return chosen
