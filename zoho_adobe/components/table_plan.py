"""Which columns of a table are read, and which fields they go to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import pulumi

from zoho_adobe.columns import Columns, field_name, holds, is_date, near
from zoho_adobe.components.ingested_table import IngestedTable
from zoho_adobe.data_prep_functions import columns_of
from zoho_adobe.errors import InputError
from zoho_adobe.resources.fields import own_field
from zoho_adobe.text_columns import from_text
from zoho_adobe.zoho_fields import ID
from zoho_adobe.zoho_labels import suggested_labels

_USE_NAMES = "Use its field name in Zoho, which is not its label"

Texts = pulumi.Input[Mapping[str, pulumi.Input[str]]]


class Plan(NamedTuple):
    """Which columns of a table are read, where they go, and what is wrong with what the program says of them.

    Attributes:
        columns: the columns that come through the source, with their types; all that come, where nothing does.
        fields: the schema's own fields, with their types.
        mappings: the column of each field's path, for what comes through the source.
        texts: what a mapping says of each field's path, for what comes by files.
        names: the columns of the files.
        problems: what is wrong.
        differing: the columns to which the source gives one type and Zoho's metadata another, with both.
        keys: the field of each column, as the schema's identities and labels name it.
    """

    columns: Columns
    fields: Columns
    mappings: dict[str, str]
    texts: dict[str, str]
    names: list[str]
    problems: list[str]
    differing: dict[str, tuple[str, str]]
    keys: dict[str, str]


class Inputs(NamedTuple):
    """A plan as inputs of resources: what the program names is known before the table is, for the preview."""

    columns: Texts
    fields: Texts
    mappings: Texts
    texts: Texts


def plan_of(table: Columns | None, how: IngestedTable, module: Columns | None = None, *, files: bool = False) -> Plan:
    """Choose the columns, and give each a field: the one that is asked for, or one of the schema's own.

    Args:
        table: the columns that the source has; None where nothing comes through it, or while they are not known.
        how: how the table is ingested; it names the columns where neither table nor module is known.
        module: the columns that files can have; None where there are none, or while they are not known.
        files: whether rows come by files.
    """
    there = {**(module or {}), **(table or {})}
    asked_for = sorted({*(how.columns if how.columns is not None else there), *([how.delta_column or ""])} - {""})
    wanted = sorted({*asked_for, *([ID] if files else ())})
    problems = [] if table is None else _unknown_columns(how, table, "table")
    problems += [] if module is None else _unknown_columns(how, module, "module")
    if how.columns is not None:
        problems += [
            f"{argument}: {name!r} is not among the columns: add it to them, or take it out of {argument}"
            for argument, names in _by_column(how).items()
            for name in sorted(set(names) - set(wanted))
        ]
    if how.columns is not None or there:
        problems += _unread(how, wanted)
    asked = {name: _asked(how.fields[name]) for name in wanted if how.fields.get(name)}
    by_path: dict[str, str] = {}
    for name, path in asked.items():
        if by_path.setdefault(path, name) != name:
            problems.append(f"fields: {by_path[path]!r} and {name!r} both go to {path!r}: choose another field for one")
    fields: Columns = {}
    places: dict[str, str] = {}
    keys: dict[str, str] = {}
    for name in wanted:
        path = asked.get(name) or _free(field_name(name), {*asked.values(), *fields})
        if "." not in path:
            fields[path] = _kind(there.get(name, ""))
        places[path if "." in path else own_field(path)] = name
        keys[name] = path
    named = how.columns is not None
    read = [name for name in asked_for if named or table is None or name in table]
    names = [name for name in wanted if files and (named or module is None or name in module)]
    texts = {}
    for path, name in places.items():
        if name in names:
            texts[path], problem = _text(name, there.get(name, ""))
            problems += [problem] if problem else []
    mappings = {path: name for path, name in places.items() if name in read}
    for path, name in places.items():
        if name in how.expressions:
            texts |= {path: how.expressions[name]} if path in texts else {}
            mappings |= {path: how.expressions[name]} if path in mappings else {}
    columns = {name: there.get(name, "") for name in read}
    differing = _differing(table or {}, module or {}, wanted)
    return Plan(columns, fields, mappings, texts, names, problems, differing, keys)


def inputs_of(plan: pulumi.Output[Plan], how: IngestedTable, *, files: bool) -> Inputs:
    """Return a plan as inputs of resources.

    Args:
        plan: the plan, known once the table or module is.
        how: how the table is ingested.
        files: whether rows come by files.
    """
    if how.columns is None:
        return Inputs(
            plan.apply(lambda it: it.columns),
            plan.apply(lambda it: it.fields),
            plan.apply(lambda it: it.mappings),
            plan.apply(lambda it: it.texts),
        )
    named = plan_of(None, how, files=files)

    def column(name: str) -> pulumi.Output[str]:
        return plan.apply(lambda it: it.columns[name])

    def of_field(name: str) -> pulumi.Output[str]:
        return plan.apply(lambda it: it.fields[name])

    def text(path: str) -> pulumi.Output[str]:
        return plan.apply(lambda it: it.texts[path])

    return Inputs(
        {name: column(name) for name in named.columns},
        {name: of_field(name) for name in named.fields},
        named.mappings,
        {path: text(path) for path in named.texts},
    )


def identities_of(plan: pulumi.Output[Plan], how: IngestedTable) -> pulumi.Output[dict[str, Any]]:
    """Return the identities of a table as an input of its schema.

    Args:
        plan: the plan.
        how: how the table is ingested.
    """
    by_column = {column: identity.as_input() for column, identity in how.identities.items()}
    return pulumi.Output.all(plan.apply(lambda it: it.keys), by_column).apply(
        # A column that is not there is among the problems.
        lambda both: {both[0][column]: item for column, item in both[1].items() if column in both[0]}
    )


def labels_of(plan: Plan, how: IngestedTable, *, suggested: bool) -> dict[str, list[str]]:
    """Return the labels of a table's fields.

    Args:
        plan: the plan.
        how: how the table is ingested.
        suggested: whether columns that look personal get a label where the program says nothing of them.
    """
    labels: dict[str, list[str]] = {}
    for column, field in plan.keys.items():
        names = how.labels.get(column, suggested_labels(column) if suggested else ())
        labels |= {field: sorted(set(names))} if names else {}
    return labels


def _asked(path: str) -> str:
    """Return a path as it is compared: an own field has its name alone, and one below it is of another field group."""
    name = path.removeprefix(own_field(""))
    return path if "." in name else name


def _kind(word: str) -> str:
    """Return the type of the field that holds a column."""
    return (word or "string").split(" as ")[-1]


def _differing(table: Columns, module: Columns, names: Collection[str]) -> dict[str, tuple[str, str]]:
    """Return the columns that have another type in the table than in the module, with both types."""
    pairs = {name: (_kind(table[name]), _kind(module[name])) for name in names if name in table and name in module}
    return {name: types for name, types in pairs.items() if not holds(*types)}


def _text(name: str, word: str) -> tuple[str, str]:
    """Return what a mapping says of a column of a file, and what is wrong with it."""
    kind = _kind(word)
    try:
        return from_text(name, kind if is_date(kind) else kind.partition(":")[0]), ""
    except InputError as error:
        reason = error.message.removeprefix(f"{error.field}: ")
        return name, f"columns: {name!r} cannot come by files: {reason}. Leave it out of columns"


def _unknown_columns(how: IngestedTable, table: Columns, what: str) -> list[str]:
    """Say which columns of the program the table or module does not have, and which ones may be meant."""
    named: dict[str, Collection[str]] = {
        "delta_column": [how.delta_column] if how.delta_column else [],
        "columns": how.columns or (),
        **_by_column(how),
    }
    dates = ", ".join(sorted(name for name in table if is_date(table[name]))) or "none"
    return [
        f"{argument}: the {what} has no column {name!r}. "
        + (f"Its columns with a date: {dates}" if argument == "delta_column" else near(name, table) or _USE_NAMES)
        for argument, names in named.items()
        for name in names
        if name not in table
    ]


def _by_column(how: IngestedTable) -> dict[str, Collection[str]]:
    """Return the arguments that say something of single columns, with those columns."""
    arguments = ("fields", "identities", "labels", "relationships", "expressions")
    return {argument: getattr(how, argument) for argument in arguments}


def _unread(how: IngestedTable, wanted: Collection[str]) -> list[str]:
    """Say which columns an expression reads that do not come: Data Prep would take them for empty."""
    return [
        f"expressions: {column!r} reads {name!r}, which is not among the columns. "
        + (near(name, wanted) or "Add it to columns")
        for column, text in how.expressions.items()
        for name in columns_of(text)
        if name not in wanted
    ]


def _free(name: str, taken: Collection[str]) -> str:
    """Return a field's name that no other column has."""
    number = 2
    found = name
    while found in taken:
        found, number = f"{name}{number}", number + 1
    return found
