"""The XDM schema of a dataset, with fields of the tenant's own.

A schema is made of a class and field groups; fields of its own need a field group of their own, which this resource
makes, changes and deletes with the schema. Once a dataset uses a schema only additive changes are possible, so a field
that the program drops stays.
Source: https://experienceleague.adobe.com/en/docs/experience-platform/xdm/schema/composition
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pulumi
from pulumi.dynamic import ReadResult

from zoho_adobe.columns import holds, xdm_field
from zoho_adobe.errors import (
    InputError,
    NameTakenError,
    NotFoundError,
    RejectedError,
    ZohoAdobeError,
)
from zoho_adobe.resources.checks import Props, are_texts, known
from zoho_adobe.resources.edge import notice
from zoho_adobe.resources.field_groups import FieldGroups, SchemaCall, words_of
from zoho_adobe.resources.field_marks import FieldMarks, check_labels
from zoho_adobe.resources.identity import Identity, as_inputs, check_identities, refuse_change, tell_of_profile
from zoho_adobe.resources.inputs import Declaration
from zoho_adobe.resources.listing import Identified
from zoho_adobe.resources.looking import gone
from zoho_adobe.resources.managed import ManagedResource
from zoho_adobe.resources.named import NamedLifecycle
from zoho_adobe.resources.repeatable import CUT_OFF
from zoho_adobe.resources.schema_props import SchemaProps

if TYPE_CHECKING:
    from zoho_adobe.api.schema_registry import Titled, XdmSchema

DECLARATION = Declaration("Schema", "SCHEMA", SchemaProps, name="title")
_FIELD_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_TYPES = ("string", "integer", "number", "boolean", "object", "array")


class SchemaLifecycle(NamedLifecycle[SchemaCall, Identified, "Titled"]):
    """The lifecycle of schemas."""

    declaration = DECLARATION
    noun = "schema"
    calls = SchemaCall

    def __init__(self) -> None:
        super().__init__()
        self.groups = FieldGroups(self)

    def examine(self, olds: Props, news: Props, inputs: Props, problems: list[InputError]) -> None:
        """Report fields that XDM cannot have."""
        fields = inputs.get("fields")
        for name, word in fields.items() if are_texts(fields) else ():
            if not _FIELD_NAME.fullmatch(name):
                problems.append(
                    InputError("fields", f"{name!r} is not a valid field name", remedy="Use letters, digits, - and _")
                )
            if known(word) and xdm_field(str(word))["type"] not in _TYPES:
                problems.append(InputError("fields", f"{name!r} has the unknown type {word!r}"))
        check_identities(inputs, problems)
        tell_of_profile(self.noun, inputs.get("title", ""), olds, inputs)
        check_labels(inputs, problems)
        if isinstance(news.get("problems"), list):
            for problem in news["problems"]:
                field, _, message = str(problem).partition(": ")
                problems.append(InputError(field, message))

    def replaces(self, call: SchemaCall) -> list[str]:
        """Refuse a change of a field's type, which no dataset survives, and what Profile does not undo."""
        replaces = super().replaces(call)
        refuse_change(call.olds, call.news)
        before, after = call.olds.get("fields") or {}, call.news.get("fields")
        if not replaces and isinstance(after, Mapping):
            for name in sorted(set(before) & set(after)):
                if known(after[name]) and not holds(before[name], after[name]):
                    raise InputError(
                        "fields",
                        f"{name!r} is {before[name]} and cannot become {after[name]}: a schema in use can only grow",
                        remedy="Give the new column a field of another name",
                    )
        return replaces

    def prepare(self, call: SchemaCall) -> None:
        """Look up the namespaces and labels that the program names."""
        FieldMarks(call).require_names()

    def obtain(self, call: SchemaCall) -> tuple[str, Props]:
        """Make the field group of its own fields, then the schema."""
        if call.news.get("fields"):
            self.groups.make(call)
        try:
            return super().obtain(call)
        except ZohoAdobeError as error:
            left = self.groups.give_up(call)
            if not left:
                raise
            raise error.with_remedy(error.remedy, left) from error

    def find(self, call: SchemaCall, _fresh: bool) -> list[Identified]:
        """Ask the registry for the title."""
        return list(call.registry.schemas_titled(self.full_name(call.news)))

    def post(self, call: SchemaCall) -> Titled:
        """Make a schema."""
        props = call.news
        return call.registry.create_schema(
            self.full_name(props), props.get("description", ""), props["schema_class"], _groups(call)
        )

    def discard(self, call: SchemaCall, id_: str) -> None:
        """Delete a schema."""
        call.registry.delete_schema(id_)

    def take_over(self, call: SchemaCall, found: Identified) -> Identified:
        """Give a leftover the description and the field groups that are asked for."""
        there, description = call.registry.schema(found.id), call.news.get("description", "")
        if call.news["schema_class"] not in there.parts:
            raise NameTakenError(f"title: the schema {found.id} has this title but another class", object_id=found.id)
        if description and there.description != description:
            call.registry.retitle_schema(found.id, None, description)
        self._extend(call, there)
        return found

    def finish(self, call: SchemaCall, made: Identified, new: bool) -> Props:
        """Make identities and labels, and switch Profile on last: nothing undoes that."""
        try:
            self._mark(call, made.id)
        except ZohoAdobeError:
            if new and not call.news.get("suffix"):
                # No later create would find it.
                with contextlib.suppress(ZohoAdobeError):
                    self.discard(call, made.id)
            raise
        return self.outputs(call.news, field_group_id=call.group_id)

    def get(self, call: SchemaCall, id_: str) -> XdmSchema:
        """Read a schema."""
        return call.registry.schema(id_)

    def show(self, call: SchemaCall) -> ReadResult | None:
        """Read schema and field group where the state says they are, and give drift back as inputs."""
        props = call.olds
        try:
            found = call.registry.schema(call.id)
        except NotFoundError:
            return self._half_gone(call)
        group = call.group()
        drifted = self.seen(props, found.name, found.description)
        if "field_groups" in props:
            drifted["field_groups"] = [part for part in props["field_groups"] if part in found.parts]
        if "fields" in props:
            # What somebody added, or an earlier program dropped, is none of this resource's business.
            there = words_of(group) if group and call.group_id in found.parts else {}
            drifted["fields"] = {
                name: word if holds(there[name], word) else there[name]
                for name, word in props["fields"].items()
                if name in there
            }
        drifted |= FieldMarks(call).shown(call.id)
        if props.get("profile") is True and not found.profile:
            drifted["profile"] = False
        outputs = self.outputs(drifted, field_group_id="" if group is None else call.group_id)
        return ReadResult(call.id, outputs, drifted)

    def patch(self, call: SchemaCall) -> Props:
        """Add fields and field groups, and change title and description."""
        try:
            FieldMarks(call).require_names()
            found, group = call.registry.schema(call.id), call.group()
            if group is not None:
                # First what may be refused: then nothing else was changed either.
                self.groups.extend(call, group)
                self.groups.retitle(call, group)
            elif call.news.get("fields"):
                self.groups.make(call)
            self._retitle(call, found)
            self._extend(call, found)
            self._mark(call, call.id)
        except ZohoAdobeError as error:
            left = self.groups.give_up(call)
            if isinstance(error, NotFoundError):
                raise gone(self.noun, f"{call.id} or its field group", call.sandbox) from None
            if not left:
                raise
            raise error.with_remedy(error.remedy, left) from error
        return self.outputs(call.news, field_group_id=call.group_id)

    def remove(self, call: SchemaCall) -> None:
        """Delete the schema, then the field group of its own fields and their descriptors."""
        try:
            super().remove(call)
        except RejectedError as error:
            if on_it := ", ".join(_datasets_of(call, call.id)):
                raise error.with_remedy(error.remedy, f"It is in use by {on_it}: {CUT_OFF}") from error
            if not call.registry.schema(call.id).profile:
                raise
            notice(
                f"the schema {self.full_name(call.olds)!r} ({call.id}) stays: Adobe does not delete a schema that is "
                "enabled for Profile; a program with the same title and suffix takes it over again"
            )
            return
        if call.group_id:
            self.groups.discard(call, call.group_id)
        FieldMarks(call).clear(call.id)

    def built_on(self, call: SchemaCall, found: Identified) -> list[str]:
        """Return the datasets of a schema."""
        return _datasets_of(call, found.id)

    def _half_gone(self, call: SchemaCall) -> ReadResult | None:
        """Keep a schema that is gone in the state while its field group is there, which nobody would delete otherwise.

        Without a class it differs from every program, so that the next update replaces it, and deletes the field group.
        """
        if call.group() is None:
            return None
        notice(
            f"the schema {self.full_name(call.olds)!r} ({call.id}) is gone, but not its field group {call.group_id}: "
            "the next update makes both anew, and a destroy deletes what is left"
        )
        left = {**self.declaration.kept(call.olds), "schema_class": ""}
        return ReadResult(call.id, self.outputs(left, field_group_id=call.group_id), left)

    def _retitle(self, call: SchemaCall, found: XdmSchema) -> None:
        """Change the title and the description that the program changes."""
        titles = self.full_name(call.olds), self.full_name(call.news)
        texts = call.olds.get("description", ""), call.news.get("description", "")
        title = titles[1] if titles[0] != titles[1] != found.name else None
        description = texts[1] if texts[0] != texts[1] != found.description else None
        if title is not None or description is not None:
            call.registry.retitle_schema(found.id, title, description)

    def _mark(self, call: SchemaCall, schema_id: str) -> None:
        """Make identities and labels what the program says, and switch Profile on where it wants that."""
        FieldMarks(call).apply(schema_id)
        if call.news.get("profile") is True and not (found := call.registry.schema(schema_id)).profile:
            call.registry.enable_for_profile(found)

    def _extend(self, call: SchemaCall, found: XdmSchema) -> None:
        """Add further field groups; the schema keeps those that the program drops."""
        groups = _groups(call)
        missing = [part for part in groups if part not in found.parts]
        if missing:
            call.registry.add_parts(found.id, missing)
        for part in found.parts:
            if part not in (call.news["schema_class"], *groups):
                notice(
                    f"the schema {self.full_name(call.news)!r} keeps the field group {part}: a schema in use can only "
                    "grow"
                )


def _groups(call: SchemaCall) -> list[str]:
    return [*(call.news.get("field_groups") or []), *([call.group_id] if call.group_id else [])]


def _datasets_of(call: SchemaCall, schema_id: str) -> list[str]:
    datasets = call.clients.catalog(call.sandbox).datasets_of(schema_id)
    return [f"dataset {item.name!r} ({item.id})" for item in datasets]


class Schema(ManagedResource):
    """An XDM schema.

    Args:
        resource_name: the logical name in the stack.
        title: the title shown in Adobe, which keeps it unique in a sandbox.
        fields: its own fields, each one's type by its name, such as {"email": "string", "modified": "date-time"}; they
            lie in the tenant's namespace, see `own_field`. Types are string, integer, number, boolean, date and
            date-time.
        field_groups: the `$id`s of further field groups, such as Adobe's
            "https://ns.adobe.com/xdm/context/profile-person-details".
        schema_class: the `$id` of its class; XDM Individual Profile if it is left out.
        identities: which fields identify a person, such as {"email": Identity("Email", primary=True)}: each is one of
            its own fields or the path of a field of a field group, such as "personalEmail.address".
        labels: the data usage labels of fields, named likewise, such as {"email": ["I1", "C2"]}: Adobe's, or those of a
            `UsageLabel`. Labels that others set stay.
        profile: whether Real-Time Customer Profile takes its data. Adobe never switches that off again.
        description: the description shown in Adobe.
        problems: what whoever chose the fields found wrong; each is an error in the preview.
        suffix: the stack's seed, as for `BaseConnection`.
        opts: the resource's options; deleting before replacing is always on.

    Attributes:
        id: its `$id`, a URL.
        full_title: the title with its suffix.
        fields: its own fields as the program has them.
        field_group_id: the `$id` of the field group of its own fields, empty without any.
    """

    declaration = DECLARATION

    title: pulumi.Output[str]
    full_title: pulumi.Output[str]
    fields: pulumi.Output[dict[str, str] | None]
    field_group_id: pulumi.Output[str]
    schema_class: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        title: pulumi.Input[str],
        fields: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        field_groups: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        schema_class: pulumi.Input[str] | None = None,
        identities: pulumi.Input[Mapping[str, Identity]] | None = None,
        labels: pulumi.Input[Mapping[str, pulumi.Input[Sequence[pulumi.Input[str]]]]] | None = None,
        profile: pulumi.Input[bool] | None = None,
        description: pulumi.Input[str] | None = None,
        problems: pulumi.Input[Sequence[str]] | None = None,
        suffix: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        self.register(resource_name, {**locals(), "identities": as_inputs(identities)}, opts)
