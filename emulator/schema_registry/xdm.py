"""XDM: the global classes and field groups, and how fields are resolved. No HTTP and no storage."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from emulator.core.store import Document
from emulator.schema_registry import exceptions

NAMESPACE = "https://ns.adobe.com"
PROFILE = f"{NAMESPACE}/xdm/context/profile"
EXPERIENCE_EVENT = f"{NAMESPACE}/xdm/context/experienceevent"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
TYPES = frozenset({"string", "integer", "number", "boolean", "object", "array"})
DEFINITIONS = "#/definitions/"


def _text(title: str) -> Document:
    return {"title": title, "type": "string"}


def _object(title: str, **properties: Document) -> Document:
    return {"title": title, "type": "object", "properties": properties}


def _moment(title: str) -> Document:
    return {"title": title, "type": "string", "format": "date-time"}


def _phone(title: str) -> Document:
    return _object(title, number=_text("Number"), extension=_text("Extension"))


def _email(title: str) -> Document:
    return _object(title, address=_text("Address"), label=_text("Label"))


def _address(title: str) -> Document:
    names = {
        "street1": "Street 1",
        "street2": "Street 2",
        "city": "City",
        "stateProvince": "State or province",
        "postalCode": "Postal code",
        "country": "Country",
        "countryCode": "Country code",
    }
    return _object(title, **{name: _text(text) for name, text in names.items()})


CLASSES: dict[str, Document] = {
    PROFILE: {
        "title": "XDM Individual Profile",
        "extends": f"{NAMESPACE}/xdm/data/record",
        "required": [],
        "properties": {
            "_id": _text("Identifier"),
            "personID": _text("Person ID"),
            "createdByBatchID": _text("Created by batch identifier"),
            "modifiedByBatchID": _text("Modified by batch identifier"),
            "repositoryCreatedBy": _text("Created by user identifier"),
            "repositoryLastModifiedBy": _text("Modified by user identifier"),
        },
    },
    EXPERIENCE_EVENT: {
        "title": "XDM ExperienceEvent",
        "extends": f"{NAMESPACE}/xdm/data/time-series",
        "required": ["_id", "timestamp"],
        "properties": {
            "_id": _text("Identifier"),
            "timestamp": _moment("Timestamp"),
            "eventType": _text("Event Type"),
            "producedBy": _text("Produced By"),
        },
    },
}
FIELD_GROUPS: dict[str, Document] = {
    f"{PROFILE}-person-details": {
        "title": "Demographic Details",
        "properties": {
            "person": _object(
                "Person",
                name=_object(
                    "Full name",
                    firstName=_text("First name"),
                    middleName=_text("Middle name"),
                    lastName=_text("Last name"),
                    fullName=_text("Full name"),
                    courtesyTitle=_text("Courtesy title"),
                    suffix=_text("Suffix"),
                ),
                birthDate={"title": "Birth Date", "type": "string", "format": "date"},
                gender=_text("Gender"),
                nationality=_text("Nationality"),
            )
        },
    },
    f"{PROFILE}-personal-details": {
        "title": "Personal Contact Details",
        "properties": {
            "personalEmail": _email("Personal Email"),
            "homePhone": _phone("Home Phone"),
            "mobilePhone": _phone("Mobile Phone"),
            "faxPhone": _phone("Fax Phone"),
            "homeAddress": _address("Home Address"),
        },
    },
    f"{PROFILE}-work-details": {
        "title": "Work Contact Details",
        "properties": {
            "workEmail": _email("Work Email"),
            "workPhone": _phone("Work Phone"),
            "workAddress": _address("Work Address"),
        },
    },
}


def alt_id(identifier: str) -> str:
    """Encode an id in dots, as it may stand in a path."""
    return "_" + identifier.removeprefix(f"{NAMESPACE}/").replace("/", ".")


def field_type(field: Document) -> str:
    """XDM's name of a field's type."""
    kind, form = field.get("type"), field.get("format")
    if kind == "string" and form in ("date", "date-time"):
        return str(form)
    return "int" if kind == "integer" else str(kind)


def check_fields(properties: Any, path: str = "") -> None:
    """Refuse definitions that make no field."""
    if not isinstance(properties, dict) or not properties:
        raise exceptions.invalid(f"properties are expected at {path or 'the top level'}")
    for name, field in properties.items():
        where = f"{path}.{name}" if path else name
        if path and NAME.fullmatch(name) is None:
            raise exceptions.invalid(f"{where}: the name of a field is made of letters, digits, dashes and underscores")
        if not isinstance(field, dict) or field.get("type") not in TYPES:
            raise exceptions.invalid(f"{where}: type is required, one of {', '.join(sorted(TYPES))}")
        if field["type"] == "object":
            check_fields(field.get("properties"), where)
        elif field["type"] == "array":
            check_fields({"items": field.get("items")}, where)


def own_properties(group: Document) -> Document:
    """The properties of a field group, its references to its own definitions resolved."""
    merged: Document = {}
    merge(merged, group.get("properties", {}))
    for part in group.get("allOf", ()):
        reference = str(part.get("$ref", "")) if isinstance(part, dict) else ""
        definition = group.get("definitions", {}).get(reference.removeprefix(DEFINITIONS))
        if not reference.startswith(DEFINITIONS) or not isinstance(definition, dict):
            raise exceptions.invalid(f"allOf: {reference or part} is none of the definitions")
        properties = definition.get("properties")
        check_fields(properties)
        merge(merged, properties or {})
    return merged


def merge(into: Document, properties: Document) -> None:
    """Join two trees of properties."""
    for name, field in properties.items():
        present = into.get(name)
        if present is None or "properties" not in present or "properties" not in field:
            into[name] = field
            continue
        joined = dict(present["properties"])
        merge(joined, field["properties"])
        into[name] = {**present, "properties": joined}


def typed(properties: Document) -> Document:
    """Give every field its XDM type, as resolved answers show it."""
    shown: Document = {}
    for name, field in properties.items():
        below = {"properties": typed(field["properties"])} if "properties" in field else {}
        shown[name] = {**field, **below, "meta:xdmType": field_type(field)}
    return shown


def leaves(properties: Document, path: str = "") -> dict[str, str]:
    """All fields that can hold a value, by path, with their types."""
    found: dict[str, str] = {}
    for name, field in properties.items():
        where = f"{path}.{name}" if path else name
        if "properties" in field:
            found.update(leaves(field["properties"], where))
        else:
            found[where] = field_type(field)
    return found


def check_additive(before: dict[str, str], after: dict[str, str]) -> None:
    """Refuse what data already written could not live with."""
    for path, kind in before.items():
        if path not in after:
            raise exceptions.breaking(path, "would be removed")
        if after[path] != kind:
            raise exceptions.breaking(path, f"would change from {kind} to {after[path]}")


def without_text(value: Any) -> Any:
    """Drop titles and descriptions of fields, wherever they are."""
    if isinstance(value, dict):
        return {
            name: without_text(item)
            for name, item in value.items()
            if name not in ("title", "description") or not isinstance(item, str)
        }
    if isinstance(value, list):
        return [without_text(item) for item in value]
    return value


def references(parts: Any) -> list[str]:
    """Read `allOf` of a schema: references to a class and field groups, nothing else."""
    if not isinstance(parts, list) or not parts:
        raise exceptions.invalid("allOf: an array that references one class is required")
    found = []
    for part in parts:
        if not isinstance(part, dict) or not isinstance(part.get("$ref"), str):
            raise exceptions.invalid("allOf: every element is an object with a $ref")
        found.append(part["$ref"])
    if len(set(found)) < len(found):
        raise exceptions.invalid("allOf: the same $ref stands there twice")
    return found


def one_class(found: Iterable[str]) -> str:
    """Pick the class among the references."""
    classes = [reference for reference in found if reference in CLASSES]
    if len(classes) != 1:
        raise exceptions.invalid("allOf: exactly one class must be referenced")
    return classes[0]
