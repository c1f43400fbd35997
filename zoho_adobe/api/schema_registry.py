"""Adobe's Schema Registry: XDM schemas, and the field groups that they are made of.

Source: https://experienceleague.adobe.com/en/docs/experience-platform/xdm/api/getting-started
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zoho_adobe.api.ims import Ims
from zoho_adobe.api.platform import PlatformService
from zoho_adobe.api.transport import Answer
from zoho_adobe.errors import NotFoundError, RejectedError
from zoho_adobe.settings import Settings

_LIST = {"Accept": "application/vnd.adobe.xed-id+json"}
_LOOK_UP = {"Accept": "application/vnd.adobe.xed+json; version=1"}
_DEFINITION = "customFields"
_TAGS, _UNION = "meta:immutableTags", "union"
_NOUNS = {"schemas": "schema", "fieldgroups": "field group"}


@dataclass(frozen=True, slots=True)
class Titled:
    """A schema or field group in a list.

    Attributes:
        id: its `$id`, a URL.
        name: its title, which the registry keeps unique.
    """

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """A field group as the registry shows it.

    Attributes:
        id: its `$id`, a URL.
        name: its title.
        fields: each field that it has in the tenant's namespace, as JSON schema by its name.
        place: the steps to the object that holds these fields, as far as it is there.
        missing: the rest of the steps, which an addition has to make first.
    """

    id: str
    name: str
    fields: Mapping[str, Mapping[str, Any]]
    place: Sequence[str]
    missing: Sequence[str]


@dataclass(frozen=True, slots=True)
class XdmSchema:
    """A schema as the registry shows it.

    Attributes:
        id: its `$id`, a URL.
        name: its title.
        description: its description, empty if it has none.
        version: such as "1.0".
        parts: the `$id`s of the class and the field groups it is made of.
        tags: its tags that are never taken away.
    """

    id: str
    name: str
    description: str
    version: str
    parts: Sequence[str]
    tags: Sequence[str]

    @property
    def profile(self) -> bool:
        """Whether Real-Time Customer Profile takes its data."""
        return _UNION in self.tags


class SchemaRegistry(PlatformService):
    """The tenant's schemas and field groups, in one sandbox.

    Args:
        settings: the organization's settings.
        ims: where access tokens come from.
        sandbox: the sandbox to work in.
    """

    def __init__(self, settings: Settings, ims: Ims, sandbox: str) -> None:
        super().__init__("Schema Registry", "/data/foundation/schemaregistry", settings, ims, sandbox)

    def tenant(self) -> str:
        """Return the organization's namespace, without its leading underscore."""
        answer = self.call("GET", "/stats", "the tenant's id")
        tenant = answer.json_object().get("tenantId")
        if not isinstance(tenant, str) or not tenant:
            raise answer.unreadable("no tenantId")
        return tenant.removeprefix("_")

    # --- schemas ----------------------------------------------------------------------------------------------------

    def schemas_titled(self, title: str) -> list[Titled]:
        """List the tenant's schemas with exactly this title."""
        return list(self._titled("schemas", title))

    def create_schema(self, title: str, description: str, schema_class: str, field_groups: Sequence[str]) -> Titled:
        """Make a schema.

        Args:
            title: its title.
            description: its description, or empty for none.
            schema_class: the `$id` of its class.
            field_groups: the `$id`s of its field groups.

        Raises:
            LostAnswerError: no whole answer came, so it may have been made.
            RejectedError: the registry does not accept it, such as for a title that is taken.
        """
        body = _schema_body(title, description, schema_class, field_groups)
        return self.post("/tenant/schemas", f"the schema {title!r}", body, _titled_of)

    def schema(self, schema_id: str) -> XdmSchema:
        """Read a schema.

        Raises:
            NotFoundError: it does not exist in this sandbox.
        """
        doing = f"reading the schema {schema_id}"
        answer = self.call("GET", f"/tenant/schemas/{alt_id(schema_id)}", doing, headers=_LOOK_UP)
        body, parts = answer.json_object(), answer.json_object().get("allOf")
        if not isinstance(body.get("title"), str) or not isinstance(parts, list):
            raise answer.unreadable("no schema")
        return XdmSchema(
            id=str(body.get("$id") or schema_id),
            name=body["title"],
            description=str(body.get("description") or ""),
            version=str(body.get("version") or ""),
            parts=[str(part["$ref"]) for part in parts if isinstance(part, dict) and part.get("$ref")],
            tags=[str(tag) for tag in body.get(_TAGS) or ()],
        )

    def enable_for_profile(self, schema: XdmSchema) -> None:
        """Let Real-Time Customer Profile take data of a schema; Adobe never takes that back.

        Source: https://experienceleague.adobe.com/en/docs/experience-platform/xdm/api/schemas (section "union")

        Args:
            schema: the schema, read a moment ago.

        Raises:
            NotFoundError: it does not exist.
            RejectedError: the registry does not accept it, such as for a schema without a primary identity.
        """
        self._patch("schemas", schema.id, [{"op": "add", "path": f"/{_TAGS}", "value": [*schema.tags, _UNION]}])

    def retitle_schema(self, schema_id: str, title: str | None, description: str | None) -> None:
        """Change a schema's title and description, and nothing else of it.

        Args:
            schema_id: its `$id`.
            title: its new title, None to leave it.
            description: its new description, None to leave it.

        Raises:
            NotFoundError: it does not exist.
            RejectedError: the registry does not accept it, such as for a title that is taken.
        """
        changes = {"title": title, "description": description}
        # In JSON Patch, "add" sets a member whether or not it is there.
        ops = [
            {"op": "add", "path": f"/{field}", "value": value} for field, value in changes.items() if value is not None
        ]
        self._patch("schemas", schema_id, ops)

    def add_parts(self, schema_id: str, parts: Sequence[str]) -> None:
        """Add field groups to a schema that does not have them; what it has stays as it is.

        Args:
            schema_id: its `$id`.
            parts: the `$id`s of the field groups.

        Raises:
            NotFoundError: the schema or a field group does not exist.
            RejectedError: the registry does not accept it.
        """
        ops = [{"op": "add", "path": "/allOf/-", "value": {"$ref": part}} for part in parts]
        try:
            self._patch("schemas", schema_id, ops)
        except RejectedError:
            # A repetition after a lost answer finds them there already.
            if not set(parts) <= set(self.schema(schema_id).parts):
                raise

    def delete_schema(self, schema_id: str) -> None:
        """Delete a schema; it may be gone already.

        Raises:
            RejectedError: a dataset uses it.
        """
        self._delete(f"/tenant/schemas/{alt_id(schema_id)}", f"deleting the schema {schema_id}")

    # --- field groups -----------------------------------------------------------------------------------------------

    def field_groups_titled(self, title: str) -> list[Titled]:
        """List the tenant's field groups with exactly this title."""
        return list(self._titled("fieldgroups", title))

    def create_field_group(
        self, title: str, schema_class: str, tenant: str, fields: Mapping[str, Mapping[str, Any]]
    ) -> Titled:
        """Make a field group with fields in the tenant's namespace.

        Args:
            title: its title.
            schema_class: the `$id` of the class that it extends.
            tenant: the tenant's id.
            fields: each field's JSON schema by its name.

        Raises:
            LostAnswerError: no whole answer came, so it may have been made.
            RejectedError: the registry does not accept it.
        """
        body = _group_body(title, schema_class, tenant, fields)
        return self.post("/tenant/fieldgroups", f"the field group {title!r}", body, _titled_of)

    def field_group(self, group_id: str) -> FieldGroup:
        """Read a field group.

        Raises:
            NotFoundError: it does not exist in this sandbox.
        """
        doing = f"reading the field group {group_id}"
        answer = self.call("GET", f"/tenant/fieldgroups/{alt_id(group_id)}", doing, headers=_LOOK_UP)
        body = answer.json_object()
        definitions = body.get("definitions")
        if not isinstance(body.get("title"), str) or not (isinstance(definitions, dict) or _properties(body)):
            raise answer.unreadable("no field group")
        namespace = f"_{tenant_of(group_id)}"
        holders = [(), *(("definitions", name) for name in (definitions or {}))]
        fields: dict[str, Any] = {}
        place: Sequence[str] = ()
        for holder in holders:
            steps = (*holder, "properties", namespace, "properties")
            found = _at(body, steps)
            if isinstance(found, dict):
                fields |= {key: field for key, field in found.items() if isinstance(field, dict)}
                place = place or steps
        wanted = place or ("definitions", _DEFINITION, "properties", namespace, "properties")
        there = next(length for length in range(len(wanted), -1, -1) if isinstance(_at(body, wanted[:length]), dict))
        return FieldGroup(group_id, body["title"], fields, wanted[:there], wanted[there:])

    def retitle_field_group(self, group_id: str, title: str) -> None:
        """Change a field group's title, and nothing else of it."""
        self._patch("fieldgroups", group_id, [{"op": "add", "path": "/title", "value": title}])

    def add_fields(self, group: FieldGroup, fields: Mapping[str, Mapping[str, Any]]) -> None:
        """Add fields to a field group that does not have them; what it has stays as it is.

        Each field is an instruction of its own, so that what somebody adds between the read and this write stays too.

        Args:
            group: the field group as it was read.
            fields: each new field's JSON schema by its name.

        Raises:
            NotFoundError: the field group does not exist.
            RejectedError: the registry does not accept it.
        """
        ops = [
            {"op": "add", "path": _pointer(*group.place, *group.missing, name), "value": dict(fields[name])}
            for name in sorted(fields)
        ]
        if group.missing:
            holder: dict[str, Any] = {name: dict(fields[name]) for name in sorted(fields)}
            for step in reversed(group.missing[1:]):
                holder = {step: holder} if step != "properties" else {"type": "object", step: holder}
            ops = [{"op": "add", "path": _pointer(*group.place, group.missing[0]), "value": holder}]
        self._patch("fieldgroups", group.id, ops)

    def delete_field_group(self, group_id: str) -> None:
        """Delete a field group; it may be gone already.

        Raises:
            RejectedError: a schema uses it.
        """
        self._delete(f"/tenant/fieldgroups/{alt_id(group_id)}", f"deleting the field group {group_id}")

    # ----------------------------------------------------------------------------------------------------------------

    def _titled(self, kind: str, title: str) -> Iterator[Titled]:
        start = ""
        while True:
            params = [("property", f"title=={title}"), *([("start", start)] if start else [])]
            answer = self.call("GET", f"/tenant/{kind}", f"a list of {kind}", params=params, headers=_LIST)
            body = answer.json_object()
            results = body.get("results")
            if not isinstance(results, list):
                raise answer.unreadable("no list of results")
            for item in results:
                if isinstance(item, dict) and item.get("title") == title:
                    yield Titled(str(item.get("$id") or ""), title)
            page = body.get("_page")
            start = str((page.get("next") if isinstance(page, dict) else None) or "")
            if not start:
                return

    def _patch(self, kind: str, resource_id: str, ops: Sequence[Mapping[str, Any]]) -> None:
        doing = f"a change of the {_NOUNS[kind]} {resource_id}"
        _titled_of(self.call("PATCH", f"/tenant/{kind}/{alt_id(resource_id)}", doing, body=list(ops)))

    def _delete(self, path: str, doing: str) -> None:
        try:
            self.call("DELETE", path, doing)
        except NotFoundError:
            return


def alt_id(resource_id: str) -> str:
    """Return the form of a `$id` that fits into a path: dots for slashes.

    Args:
        resource_id: such as "https://ns.adobe.com/acme/schemas/1f".

    Returns:
        Such as "_acme.schemas.1f".
    """
    return "_" + re.sub(r"^https?://ns\.adobe\.com/", "", resource_id).replace("/", ".")


def tenant_of(resource_id: str) -> str:
    """Return the tenant's id that a `$id` holds, without a leading underscore.

    Args:
        resource_id: such as "https://ns.adobe.com/acme/schemas/1f".
    """
    return re.sub(r"^https?://ns\.adobe\.com/", "", resource_id).split("/")[0].removeprefix("_")


def _schema_body(title: str, description: str, schema_class: str, field_groups: Sequence[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "title": title,
        "description": description,
        "allOf": [{"$ref": part} for part in (schema_class, *field_groups)],
    }


def _group_body(title: str, schema_class: str, tenant: str, fields: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    own = {"type": "object", "properties": {name: dict(fields[name]) for name in sorted(fields)}}
    return {
        "type": "object",
        "title": title,
        "meta:intendedToExtend": [schema_class],
        "definitions": {_DEFINITION: {"type": "object", "properties": {f"_{tenant}": own}}},
        "allOf": [{"$ref": f"#/definitions/{_DEFINITION}"}],
    }


def _properties(value: Any) -> dict[str, Any]:
    found = value.get("properties") if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def _at(value: Any, steps: Sequence[str]) -> Any:
    for step in steps:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _pointer(*steps: str) -> str:
    """Write a JSON pointer (RFC 6901)."""
    return "".join(f"/{step.replace('~', '~0').replace('/', '~1')}" for step in steps)


def _titled_of(answer: Answer) -> Titled:
    body = answer.json_object()
    if not isinstance(body.get("$id"), str) or not body["$id"]:
        raise answer.unreadable("no $id")
    return Titled(body["$id"], str(body.get("title") or ""))
