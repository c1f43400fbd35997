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
from zoho_adobe.errors import NotFoundError
from zoho_adobe.settings import Settings

_LIST = {"Accept": "application/vnd.adobe.xed-id+json"}
_LOOK_UP = {"Accept": "application/vnd.adobe.xed+json; version=1"}
_DEFINITION = "customFields"


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
class XdmSchema:
    """A schema as the registry shows it.

    Attributes:
        id: its `$id`, a URL.
        name: its title.
        description: its description, empty if it has none.
        version: such as "1.0".
        parts: the `$id`s of the class and the field groups it is made of.
    """

    id: str
    name: str
    description: str
    version: str
    parts: Sequence[str]


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
        """Give the organization's namespace, without its leading underscore."""
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
        )

    def replace_schema(
        self, schema_id: str, title: str, description: str, schema_class: str, field_groups: Sequence[str]
    ) -> None:
        """Write a schema anew.

        Raises:
            NotFoundError: it does not exist.
            RejectedError: a dataset uses it, and the change is not additive.
        """
        doing = f"a change of the schema {schema_id}"
        body = _schema_body(title, description, schema_class, field_groups)
        _titled_of(self.call("PUT", f"/tenant/schemas/{alt_id(schema_id)}", doing, body=body))

    def delete_schema(self, schema_id: str) -> None:
        """Delete a schema; one that does not exist is no error.

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

    def field_group(self, group_id: str) -> dict[str, dict[str, Any]]:
        """Read the fields that a field group has in the tenant's namespace.

        Returns:
            Each field's JSON schema by its name.

        Raises:
            NotFoundError: it does not exist in this sandbox.
        """
        doing = f"reading the field group {group_id}"
        answer = self.call("GET", f"/tenant/fieldgroups/{alt_id(group_id)}", doing, headers=_LOOK_UP)
        definitions = answer.json_object().get("definitions")
        if not isinstance(definitions, dict):
            raise answer.unreadable("no field group")
        found: dict[str, dict[str, Any]] = {}
        for definition in definitions.values():
            for name, item in _properties(definition).items():
                if name.startswith("_"):
                    found |= {key: field for key, field in _properties(item).items() if isinstance(field, dict)}
        return found

    def replace_field_group(
        self, group_id: str, title: str, schema_class: str, tenant: str, fields: Mapping[str, Mapping[str, Any]]
    ) -> None:
        """Write a field group anew.

        Raises:
            NotFoundError: it does not exist.
            RejectedError: a dataset uses a schema of it, and the change is not additive.
        """
        doing = f"a change of the field group {group_id}"
        body = _group_body(title, schema_class, tenant, fields)
        _titled_of(self.call("PUT", f"/tenant/fieldgroups/{alt_id(group_id)}", doing, body=body))

    def delete_field_group(self, group_id: str) -> None:
        """Delete a field group; one that does not exist is no error.

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

    def _delete(self, path: str, doing: str) -> None:
        try:
            self.call("DELETE", path, doing)
        except NotFoundError:
            return


def alt_id(resource_id: str) -> str:
    """Give the form of a `$id` that fits into a path: dots for slashes.

    Args:
        resource_id: such as "https://ns.adobe.com/acme/schemas/1f".

    Returns:
        Such as "_acme.schemas.1f".
    """
    return "_" + re.sub(r"^https?://ns\.adobe\.com/", "", resource_id).replace("/", ".")


def tenant_of(resource_id: str) -> str:
    """Give the tenant's id that a `$id` holds, without a leading underscore.

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


def _titled_of(answer: Answer) -> Titled:
    body = answer.json_object()
    if not isinstance(body.get("$id"), str) or not body["$id"]:
        raise answer.unreadable("no $id")
    return Titled(body["$id"], str(body.get("title") or ""))
