"""The mapping set of a dataflow: which field of the schema each column goes to.

A mapping set has no name, and Adobe documents no way to delete one. So it is found again by its schema and its
mappings, it is never changed (others may use an equal one, and a dataflow relies on what it was given), and deleting
it says what stays behind.
Source: https://experienceleague.adobe.com/en/docs/experience-platform/data-prep/api/mapping-set
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import pulumi
from pulumi.dynamic import ReadResult

from zoho_adobe.columns import field_name, near
from zoho_adobe.data_prep_functions import wrong_expression
from zoho_adobe.errors import InputError, LostAnswerError, NotFoundError
from zoho_adobe.resources.call import Call
from zoho_adobe.resources.checks import Props, are_texts
from zoho_adobe.resources.edge import notice
from zoho_adobe.resources.fields import TENANT, own_field
from zoho_adobe.resources.inputs import Declaration, IdOfAnother, Input, Placed
from zoho_adobe.resources.lifecycle import Lifecycle
from zoho_adobe.resources.looking import look_after
from zoho_adobe.resources.managed import ManagedResource
from zoho_adobe.text_columns import is_conversion

if TYPE_CHECKING:
    from zoho_adobe.api.data_prep import DataPrep


class MappingProps(Placed, total=False):
    """The properties of a mapping set."""

    schema_id: IdOfAnother
    mappings: Annotated[dict[str, str], Input(required=True, replaces=True)]
    # Needed by the check alone: kept in the state they would make it large and show as changes.
    schema_fields: Annotated[dict[str, str], Input(kept=False)]
    columns: Annotated[object, Input(kept=False)]
    chosen: Annotated[list[str], Input(kept=False)]


DECLARATION = Declaration("MappingSet", "MAPPING_SET", MappingProps)

_PLAIN_COLUMN = re.compile(r"[\w$]+")


class MappingSetLifecycle(Lifecycle[Call[MappingProps]]):
    """The lifecycle of mapping sets."""

    declaration = DECLARATION
    noun = "mapping set"
    calls = Call[MappingProps]

    def examine(self, olds: Props, news: Props, inputs: Props, problems: list[InputError]) -> None:
        """Report mappings that fit neither the schema nor the table."""
        mappings = inputs.get("mappings")
        if mappings in (None, {}):
            problems.append(InputError("mappings", "no column is mapped", remedy="Map at least one column"))
        elif are_texts(mappings):
            _check_fit(mappings, news.get("schema_fields"), news.get("columns"), problems)
            _check_paths(inputs, problems)
            _check_expressions(mappings, problems)
            if isinstance(news.get("chosen"), list):
                _check_moves(olds.get("mappings"), mappings, news["chosen"], problems)

    def make(self, call: Call[MappingProps]) -> tuple[str, Props]:
        """Make the mapping set, or use the one of this schema that has the same mappings."""
        data_prep, schema_id, wanted = call.clients.data_prep(call.sandbox), call.news["schema_id"], _wire(call.news)
        found = _find(data_prep, schema_id, wanted)
        if found is None:
            _refuse_wrong_expressions(data_prep, call.news["mappings"])
            try:
                found = data_prep.create_mapping_set(schema_id, wanted).id
            except LostAnswerError as error:
                found = look_after(error, lambda: _find(data_prep, schema_id, wanted))
                if found is None:
                    again = "Run the same command again: it looks for the mapping set before making one"
                    raise error.with_remedy(error.remedy, again) from error
        return found, self.outputs(call.news)

    def show(self, call: Call[MappingProps]) -> ReadResult | None:
        """See whether it is still there; one that somebody changed no longer is the one that was asked for."""
        try:
            found = call.clients.data_prep(call.sandbox).mapping_set(call.id)
        except NotFoundError:
            return None
        if found.mappings and found.mappings != _wire(call.olds):
            notice(f"the mapping set {call.id} was changed elsewhere; the next update makes a new one")
            return None
        return ReadResult(call.id, self.outputs(call.olds))

    def remove(self, call: Call[MappingProps]) -> None:
        """Say what stays: Adobe documents no way to delete a mapping set."""
        notice(
            f"the mapping set {call.id} of the schema {call.olds['schema_id']} stays in sandbox {call.sandbox!r}: "
            "Adobe documents no way to delete one"
        )


def _check_fit(mappings: Mapping[str, object], fields: object, columns: object, problems: list[InputError]) -> None:
    for destination, source in mappings.items():
        own = destination.removeprefix(f"{TENANT}.")
        # A field below another one is in a field group of somebody else's, which only Adobe knows.
        if own != destination and "." not in own and isinstance(fields, Mapping) and own not in fields:
            problems.append(
                InputError(
                    "mappings",
                    f"{source!r} goes to {own!r}, a field that the schema does not have",
                    remedy="Add it to the schema's fields, or map the column to another field",
                )
            )
        if not isinstance(source, str):
            continue
        if isinstance(columns, Mapping | list) and _PLAIN_COLUMN.fullmatch(source) and source not in columns:
            problems.append(
                InputError(
                    "mappings",
                    f"{destination!r} comes from {source!r}, a column that the table does not have",
                    remedy=near(source, columns) or "Map another column, or take the mapping out",
                )
            )


def _check_expressions(mappings: Mapping[str, object], problems: list[InputError]) -> None:
    for destination, source in mappings.items():
        if isinstance(source, str) and "(" in source and (wrong := wrong_expression(source)):
            problems.append(InputError("mappings", f"{destination!r} comes from {source!r}: {wrong}"))


def _refuse_wrong_expressions(data_prep: DataPrep, mappings: Mapping[str, str]) -> None:
    """Ask Data Prep about what the program has written itself; it knows more than names and numbers of arguments."""
    for destination, source in mappings.items():
        if "(" in source and not is_conversion(source) and (wrong := data_prep.wrong_expression(source)):
            raise InputError("mappings", f"{destination!r} comes from {source!r}: {wrong}")


def _check_paths(inputs: Props, problems: list[InputError]) -> None:
    """Report paths of one field, or of a field and of what is in it: one mapping would silently win."""
    for destination in sorted(inputs["mappings"]):
        steps = destination.split(".")
        if not all(step and step == step.strip() for step in steps):
            problems.append(
                InputError(
                    "mappings", f"{destination!r} is not the path of a field", remedy="Write it like 'person.name'"
                )
            )
        for length in range(1, len(steps)):
            if (above := ".".join(steps[:length])) in inputs["mappings"]:
                problems.append(
                    InputError(
                        "mappings", f"{above!r} holds {destination!r}, so not both can be filled", remedy="Take one out"
                    )
                )
    if not isinstance(inputs.get("schema_id"), str):
        return
    by_path: dict[str, str] = {}
    for destination in sorted(inputs["mappings"]):
        other = by_path.setdefault(_wire_path(destination, inputs["schema_id"]), destination)
        if other != destination:
            problems.append(
                InputError("mappings", f"{other!r} and {destination!r} are one field", remedy="Take one of them out")
            )


def _check_moves(before: object, after: Mapping[str, object], chosen: list[object], problems: list[InputError]) -> None:
    """Report a column that would get the field of another one, or leave its own, only because columns came or went.

    Names that become equal are told apart by a number, and which column has which depends on all of them.
    """
    if not isinstance(before, Mapping):
        return
    own = own_field("")
    had = {source: path for path, source in before.items() if path.startswith(own)}
    for path, source in after.items():
        if not isinstance(source, str) or source in chosen or not path.startswith(own):
            continue
        old, other = had.get(source, path), before.get(path, source)
        if "(" in source or "(" in other:
            # An expression is what the program says itself, and no column that moves.
            continue
        if old != path and re.fullmatch(re.escape(own_field(field_name(source))) + r"\d*", old):
            name = old.removeprefix(own)
            problems.append(
                InputError(
                    "mappings",
                    f"the column {source!r} fills the field {name!r}, and would fill {path.removeprefix(own)!r} "
                    "from now on because other columns came or went",
                    remedy=f"Add {source!r}: {name!r} to the fields of its IngestedTable",
                )
            )
        elif other != source and (other in chosen or other not in after.values()):
            name = path.removeprefix(own)
            problems.append(
                InputError(
                    "mappings",
                    f"the field {name!r} is filled from the column {other!r}, and {source!r} would fill it from now on",
                    remedy=f"Add {source!r} to the fields of its IngestedTable: with another field, or with {name!r} "
                    "if it takes the other column's place",
                )
            )


def _wire_path(path: str, schema_id: str) -> str:
    from zoho_adobe.api.schema_registry import tenant_of

    return f"_{tenant_of(schema_id)}.{path.removeprefix(f'{TENANT}.')}" if path.startswith(f"{TENANT}.") else path


def _wire(props: MappingProps) -> dict[str, str]:
    """Return the mappings with the organization's own namespace, which a schema's id tells."""
    return {_wire_path(path, props["schema_id"]): source for path, source in props["mappings"].items()}


def _find(data_prep: DataPrep, schema_id: str, mappings: Mapping[str, str]) -> str | None:
    for found in data_prep.mapping_sets():
        if found.schema_id != schema_id:
            continue
        # A list may leave the mappings out.
        there = found.mappings or data_prep.mapping_set(found.id).mappings
        if there == mappings:
            return found.id
    return None


class MappingSet(ManagedResource):
    """Which field of a schema each column goes to.

    Args:
        resource_name: the logical name in the stack.
        schema_id: the `$id` of the schema.
        mappings: the column, or an expression of Data Prep, by the path of the field it goes to, such as
            {"person.name.lastName": "Last_Name", own_field("email"): "Email"}.
        schema_fields: the schema's own fields, to find a mapping that does not fit before anything is made.
        columns: the table's columns, likewise.
        chosen: the columns whose fields the program chose. With it, any other column that would leave its field, or
            take another one's, is an error in the preview.
        opts: the resource's options; deleting before replacing is always on.

    Attributes:
        id: its id at Adobe, for a dataflow.
    """

    declaration = DECLARATION

    schema_id: pulumi.Output[str]
    mappings: pulumi.Output[dict[str, str]]

    def __init__(
        self,
        resource_name: str,
        *,
        schema_id: pulumi.Input[str],
        mappings: pulumi.Input[Mapping[str, pulumi.Input[str]]],
        schema_fields: pulumi.Input[Mapping[str, str] | None] = None,
        columns: pulumi.Input[Mapping[str, str] | Sequence[str] | None] = None,
        chosen: pulumi.Input[Sequence[str] | None] = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        self.register(resource_name, locals(), opts)
