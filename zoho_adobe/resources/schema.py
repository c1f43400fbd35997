"""The XDM schema of a dataset, with fields of the tenant's own.

A schema is made of a class and field groups; fields of its own need a field group of their own, which this resource
makes, changes and deletes with the schema. Once a dataset uses a schema only additive changes are possible, so a field
that the program drops stays.
Source: https://experienceleague.adobe.com/en/docs/experience-platform/xdm/schema/composition
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, ReadResult, UpdateResult

from zoho_adobe.columns import holds, word_of, xdm_field
from zoho_adobe.errors import (
    ConnectionStateError,
    InputError,
    NameTakenError,
    NotFoundError,
    RejectedError,
    ZohoAdobeError,
)
from zoho_adobe.resources.lifecycle import (
    ManagedResource,
    Props,
    check_name,
    given,
    known,
    notice,
    one_line,
    own_suffix,
    replaced_by,
    require_text,
    require_texts,
    same_organization,
)
from zoho_adobe.resources.repeatable import CUT_OFF, RepeatableLifecycle, also, wait_until_gone

if TYPE_CHECKING:
    from zoho_adobe.api.schema_registry import FieldGroup, SchemaRegistry, Titled, XdmSchema

PROFILE_CLASS = "https://ns.adobe.com/xdm/context/profile"
"""The class of what describes a person; Adobe's own tutorial uses it for all of a CRM's tables."""

TENANT = "_tenant"
"""Stands in the path of a field for the tenant's namespace, so that a program fits every organization."""

_INPUTS = (
    "title",
    "suffix",
    "description",
    "schema_class",
    "field_groups",
    "fields",
    "sandbox",
    "organization",
)
_OUTPUTS = ("full_title", "field_group_id")
_FIELD_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_TYPES = ("string", "integer", "number", "boolean", "object", "array")

Fields = dict[str, str]


class SchemaLifecycle(RepeatableLifecycle["Titled"]):
    """Checks, creates, reads, updates and deletes schemas for the engine."""

    noun: ClassVar[str] = "schema"
    inputs: ClassVar[tuple[str, ...]] = _INPUTS
    name_field: ClassVar[str] = "title"

    def check_inputs(self, _olds: Props, news: Props, problems: list[InputError]) -> Props:
        """Complete the inputs, and report fields that XDM cannot have."""
        inputs = given(news, _INPUTS)
        require_text(inputs, ("title",), problems)
        require_text(
            inputs, [field for field in ("suffix", "description", "schema_class") if field in inputs], problems
        )
        check_name(inputs, "title", problems)
        inputs.setdefault("schema_class", PROFILE_CLASS)
        if require_texts(inputs, "fields", problems):
            for name, word in inputs["fields"].items():
                if not _FIELD_NAME.fullmatch(name):
                    problems.append(
                        InputError("fields", f"{name!r} is no name of a field", remedy="Use letters, digits, - and _")
                    )
                if known(word) and xdm_field(str(word))["type"] not in _TYPES:
                    problems.append(InputError("fields", f"{name!r} has the unknown type {word!r}"))
        if isinstance(news.get("problems"), list):
            # Not kept: they only have to come up before anything is made.
            for problem in news["problems"]:
                field, _, message = str(problem).partition(": ")
                problems.append(InputError(field, message))
        self.place(inputs, problems)
        return inputs

    @one_line
    def diff(self, _id: str, _olds: Props, _news: Props) -> DiffResult:
        """Replace for another class or sandbox; refuse a change of a field's type, which no dataset survives."""
        same_organization(self.settings(), _olds)
        replaces = replaced_by(_olds, _news, ("schema_class", "sandbox"), ())
        before, after = _olds.get("fields") or {}, _news.get("fields")
        if not replaces and isinstance(after, Mapping):
            for name in sorted(set(before) & set(after)):
                if known(after[name]) and not holds(before[name], after[name]):
                    raise InputError(
                        "fields",
                        f"{name!r} is {before[name]} and cannot become {after[name]}: a schema in use can only grow",
                        remedy="Give the new column a field of another name",
                    )
        return DiffResult(changes=None, replaces=replaces)

    @one_line
    def create(self, props: Props) -> CreateResult:
        """Make the field group of its own fields, then the schema."""
        registry = self.clients_of(props).schema_registry(props["sandbox"])
        with self.claimed(props):
            group_id = self._make_group(registry, props) if props.get("fields") else ""
            try:
                made = self._find_or_make(registry, props, group_id)
            except ZohoAdobeError as error:
                self._give_up_group(registry, props, group_id, error)
                raise
        return CreateResult(made.id, self.outputs(props, field_group_id=group_id))

    @one_line
    def read(self, id_: str, props: Props) -> ReadResult:
        """Read schema and field group where the state says they are, and give drift back as inputs."""
        registry = self.clients_of(props).schema_registry(props["sandbox"])
        group_id = str(props.get("field_group_id") or "")
        try:
            found = registry.schema(id_)
        except NotFoundError:
            return self._half_gone(registry, id_, props, group_id) or ReadResult(None, {})
        group = _group(registry, group_id)
        drifted = self.seen(props, found.name, found.description)
        if "field_groups" in props:
            drifted["field_groups"] = [part for part in props["field_groups"] if part in found.parts]
        if "fields" in props:
            # What somebody added, or an earlier program dropped, is none of this resource's business.
            there = _words(group) if group and group_id in found.parts else {}
            drifted["fields"] = {
                name: word if holds(there[name], word) else there[name]
                for name, word in props["fields"].items()
                if name in there
            }
        return ReadResult(id_, self.outputs(drifted, field_group_id="" if group is None else group_id), drifted)

    @one_line
    def update(self, _id: str, _olds: Props, _news: Props) -> UpdateResult:
        """Add fields and field groups, and change title and description."""
        registry = self.clients_of(_olds).schema_registry(_olds["sandbox"])
        group_id, made_now = str(_olds.get("field_group_id") or ""), ""
        try:
            found = registry.schema(_id)
            group = _group(registry, group_id)
            if group is not None:
                # First what may be refused: then nothing else was changed either.
                self._extend_group(registry, group, _news)
                self._retitle_group(registry, group, _olds, _news)
            elif _news.get("fields"):
                group_id = made_now = self._make_group(registry, _news)
            self._retitle(registry, found, _olds, _news)
            self._extend(registry, found, _news, group_id)
        except ZohoAdobeError as error:
            self._give_up_group(registry, _news, made_now, error)
            if not isinstance(error, NotFoundError):
                raise
            raise ConnectionStateError(
                f"the schema {_id} or its field group does not exist any more in sandbox {_olds['sandbox']!r}",
                connection_id=_id,
                remedy="Run `pulumi refresh`, then `pulumi up` to make it again",
            ) from None
        return UpdateResult(self.outputs(_news, field_group_id=group_id))

    @one_line
    def delete(self, _id: str, _props: Props) -> None:
        """Delete the schema, then the field group of its own fields."""
        from zoho_adobe.api.schema_registry import Titled

        if self.belongs_to_another(_id, _props):
            return
        registry = self.clients_of(_props).schema_registry(_props["sandbox"])
        try:
            registry.delete_schema(_id)
        except RejectedError as error:
            on_it = ", ".join(self.built_on(_props, Titled(_id, "")))
            if on_it:
                also(error, f"It is in use by {on_it}: {CUT_OFF}")
            raise
        wait_until_gone(self.noun, _id, lambda: registry.schema(_id))
        if _props.get("field_group_id"):
            registry.delete_field_group(_props["field_group_id"])

    def built_on(self, props: Props, found: Titled) -> list[str]:
        """Returns the datasets of a schema; a field group is in use where its schema is."""
        if "/schemas/" not in found.id:
            return []
        datasets = self.clients_of(props).catalog(props["sandbox"]).datasets_of(found.id)
        return [f"dataset {item.name!r} ({item.id})" for item in datasets]

    def _half_gone(self, registry: SchemaRegistry, id_: str, props: Props, group_id: str) -> ReadResult | None:
        """Keep a schema that is gone in the state while its field group is there, which nobody would delete otherwise.

        Without a class it differs from every program, so that the next update replaces it, and deletes the field group.
        """
        if _group(registry, group_id) is None:
            return None
        notice(
            f"the schema {self.full_name(props)!r} ({id_}) is gone, but not its field group {group_id}: the next "
            "update makes both anew, and a destroy deletes what is left"
        )
        left = {**{key: props[key] for key in _INPUTS if key in props}, "schema_class": ""}
        return ReadResult(id_, self.outputs(left, field_group_id=group_id), left)

    def _make_group(self, registry: SchemaRegistry, props: Props) -> str:
        """Make the field group of the schema's own fields."""
        title, tenant = self._group_title(props), registry.tenant()

        def take_over(found: Titled) -> Titled:
            # Nothing of a schema that is in use is changed before its create is refused.
            self._leftover(registry.schemas_titled(self.full_name(props)), props)
            self._extend_group(registry, registry.field_group(found.id), props)
            return found

        return self.find_or_make(
            props,
            find=lambda _: registry.field_groups_titled(title),
            make=lambda: registry.create_field_group(title, props["schema_class"], tenant, _body(props["fields"])),
            take_over=take_over,
            as_made=lambda found: found,
            remove=registry.delete_field_group,
        ).id

    def _extend_group(self, registry: SchemaRegistry, group: FieldGroup, props: Props) -> None:
        """Add to the field group what it does not have; what it has stays in it, as it is."""
        there, wanted = _words(group), props.get("fields") or {}
        for name in sorted(set(wanted) & set(there)):
            if not holds(there[name], wanted[name]):
                raise InputError(
                    "fields",
                    f"{name!r} is {there[name]} in Adobe and cannot become {wanted[name]}: "
                    "a schema in use can only grow",
                    remedy="Give the column a field of another name",
                )
        missing = {name: word for name, word in wanted.items() if name not in there}
        if missing:
            registry.add_fields(group, _body(missing))

    def _retitle_group(self, registry: SchemaRegistry, group: FieldGroup, olds: Props, news: Props) -> None:
        """Carry a new title over to the field group, unless somebody gave it a title of its own."""
        for name in sorted(set(olds.get("fields") or {}) - set(news.get("fields") or {})):
            notice(f"the schema {self.full_name(news)!r} keeps the field {name!r}: a schema in use can only grow")
        if group.name == self._group_title(olds) != self._group_title(news):
            registry.retitle_field_group(group.id, self._group_title(news))

    def _give_up_group(self, registry: SchemaRegistry, props: Props, group_id: str, error: ZohoAdobeError) -> None:
        """Delete a field group that was made for nothing, unless the next command takes it over."""
        if not group_id or props.get("suffix"):
            return
        try:
            registry.delete_field_group(group_id)
        except ZohoAdobeError:
            also(error, f"Its field group {group_id} was made: delete it in Adobe before the command is run again")

    def _group_title(self, props: Props) -> str:
        return f"{self.full_name(props)} fields"

    def _retitle(self, registry: SchemaRegistry, found: XdmSchema, olds: Props, news: Props) -> None:
        """Change the title and the description that the program changes."""
        titles = self.full_name(olds), self.full_name(news)
        texts = olds.get("description", ""), news.get("description", "")
        title = titles[1] if titles[0] != titles[1] != found.name else None
        description = texts[1] if texts[0] != texts[1] != found.description else None
        if title is not None or description is not None:
            registry.retitle_schema(found.id, title, description)

    def _extend(self, registry: SchemaRegistry, found: XdmSchema, props: Props, group_id: str) -> None:
        """Add further field groups; the schema keeps those that the program drops."""
        groups = _groups(props, group_id)
        missing = [part for part in groups if part not in found.parts]
        if missing:
            registry.add_parts(found.id, missing)
        for part in found.parts:
            if part not in (props["schema_class"], *groups):
                notice(
                    f"the schema {self.full_name(props)!r} keeps the field group {part}: a schema in use can only grow"
                )

    def _find_or_make(self, registry: SchemaRegistry, props: Props, group_id: str) -> Titled:
        title, description, groups = self.full_name(props), props.get("description", ""), _groups(props, group_id)

        def take_over(found: Titled) -> Titled:
            there = registry.schema(found.id)
            if props["schema_class"] not in there.parts:
                raise NameTakenError(
                    f"title: the schema {found.id} has this title but another class", connection_id=found.id
                )
            if description and there.description != description:
                registry.retitle_schema(found.id, None, description)
            self._extend(registry, there, props, group_id)
            return found

        return self.find_or_make(
            props,
            find=lambda _: registry.schemas_titled(title),
            make=lambda: registry.create_schema(title, description, props["schema_class"], groups),
            take_over=take_over,
            as_made=lambda found: found,
            remove=registry.delete_schema,
        )


def own_field(name: str) -> str:
    """Give the path of one of a schema's own fields, as a mapping set wants it.

    Args:
        name: the field's name, one of `Schema`'s `fields`.
    """
    return f"{TENANT}.{name}"


def _groups(props: Props, group_id: str) -> list[str]:
    return [*(props.get("field_groups") or []), *([group_id] if group_id else [])]


def _body(words: Fields) -> dict[str, dict[str, Any]]:
    return {name: {"title": name, **xdm_field(word)} for name, word in words.items()}


def _group(registry: SchemaRegistry, group_id: str) -> FieldGroup | None:
    """Read a field group, None if there is no such group."""
    if not group_id:
        return None
    try:
        return registry.field_group(group_id)
    except NotFoundError:
        return None


def _words(group: FieldGroup) -> Fields:
    return {name: word_of({"xdm": field}) for name, field in group.fields.items()}


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
        description: pulumi.Input[str] | None = None,
        problems: pulumi.Input[Sequence[str]] | None = None,
        suffix: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        self.register(
            "Schema",
            "SCHEMA",
            resource_name,
            {
                **dict.fromkeys((*_INPUTS, *_OUTPUTS)),
                "title": title,
                "suffix": own_suffix(suffix, resource_name),
                "description": description,
                "schema_class": schema_class,
                "field_groups": field_groups,
                "fields": fields,
                "problems": problems,
            },
            opts,
        )
