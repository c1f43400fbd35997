"""Adobe's descriptors of fields: identities, data usage labels, and relationships between schemas.

Source: https://experienceleague.adobe.com/en/docs/experience-platform/xdm/api/descriptors
Descriptors of labels are not on that page; they are as Adobe's own clients write them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from zoho_adobe.api.ims import Ims
from zoho_adobe.api.platform import PlatformService
from zoho_adobe.api.transport import Answer
from zoho_adobe.errors import NotFoundError
from zoho_adobe.settings import Settings

_PATH = "/tenant/descriptors"
# Only this form is given in pages.
_LIST = {"Accept": "application/vnd.adobe.xdm-v2+json"}
_PAGE = 300
_IDENTITY, _LABEL, _RELATIONSHIP = "xdm:descriptorIdentity", "xdm:descriptorLabel", "xdm:descriptorRelationship"


@dataclass(frozen=True, slots=True)
class FieldIdentity:
    """A field whose values identify a person.

    Attributes:
        schema_id: the `$id` of the schema.
        path: the field's path, such as "/personalEmail/address".
        namespace: the code of the identity namespace.
        primary: whether it is the schema's primary identity.
        id: the descriptor's id; empty before it is made.
    """

    schema_id: str
    path: str
    namespace: str
    primary: bool
    id: str = ""


@dataclass(frozen=True, slots=True)
class FieldLabels:
    """A field with data usage labels.

    Attributes:
        schema_id: the `$id` of the schema or field group; a label on a field group holds wherever that is used.
        path: the field's path.
        labels: the labels, such as "core/I1" and "custom/Partner".
        id: the descriptor's id; empty before it is made.
    """

    schema_id: str
    path: str
    labels: tuple[str, ...]
    id: str = ""


@dataclass(frozen=True, slots=True)
class FieldRelationship:
    """A field that refers to records of another schema, many to one.

    Attributes:
        schema_id: the `$id` of the schema that refers.
        path: the field that refers.
        other_schema_id: the `$id` of the schema that is referred to.
        other_path: the field there that is referred to.
        namespace: the code of the namespace of that field.
        id: the descriptor's id; empty before it is made.
    """

    schema_id: str
    path: str
    other_schema_id: str
    other_path: str
    namespace: str
    id: str = ""


Descriptor = FieldIdentity | FieldLabels | FieldRelationship


class Descriptors(PlatformService):
    """The descriptors of fields, in one sandbox.

    Args:
        settings: the organization's settings.
        ims: where access tokens come from.
        sandbox: the sandbox to work in.
    """

    def __init__(self, settings: Settings, ims: Ims, sandbox: str) -> None:
        super().__init__("Schema Registry", "/data/foundation/schemaregistry", settings, ims, sandbox)

    def identities(self, schema_id: str) -> list[FieldIdentity]:
        """List the identities of a schema."""
        return [
            FieldIdentity(
                schema_id,
                _path(item),
                str(item.get("xdm:namespace") or ""),
                primary=item.get("xdm:isPrimary") is True,
                id=_id(item),
            )
            for item in self._list(_IDENTITY, schema_id)
        ]

    def labels(self, schema_id: str) -> list[FieldLabels]:
        """List the labels of the fields of a schema or field group."""
        return [
            FieldLabels(schema_id, _path(item), tuple(str(name) for name in item.get("xdm:labels") or ()), _id(item))
            for item in self._list(_LABEL, schema_id)
        ]

    def relationships(self, schema_id: str) -> list[FieldRelationship]:
        """List the relationships in which a schema refers to others."""
        return [_relationship(item) for item in self._list(_RELATIONSHIP, schema_id)]

    def relationship(self, descriptor_id: str) -> FieldRelationship:
        """Read a relationship.

        Raises:
            NotFoundError: it does not exist in this sandbox.
        """
        answer = self.call("GET", f"{_PATH}/{descriptor_id}", f"reading the relationship {descriptor_id}")
        item = answer.json_object()
        if item.get("@type") != _RELATIONSHIP:
            raise answer.unreadable("no relationship")
        return _relationship(item)

    def create(self, wanted: Descriptor) -> str:
        """Make a descriptor, and return its id.

        Raises:
            LostAnswerError: no whole answer came, so it may have been made.
            RejectedError: the registry does not accept it, such as for a field that the schema does not have.
        """
        return self.post(_PATH, _doing(wanted), _body(wanted), _made)

    def replace(self, descriptor_id: str, wanted: Descriptor) -> None:
        """Rewrite a descriptor.

        Raises:
            NotFoundError: it does not exist.
            RejectedError: the registry does not accept it.
        """
        _made(self.call("PUT", f"{_PATH}/{descriptor_id}", _doing(wanted), body=_body(wanted)))

    def delete(self, descriptor_id: str) -> None:
        """Delete a descriptor; it may be gone already."""
        try:
            self.call("DELETE", f"{_PATH}/{descriptor_id}", f"deleting the descriptor {descriptor_id}")
        except NotFoundError:
            return

    def _list(self, kind: str, schema_id: str) -> Iterator[dict[str, Any]]:
        start = ""
        while True:
            params = [
                ("property", f"@type=={kind}"),
                ("property", f"xdm:sourceSchema=={schema_id}"),
                ("limit", str(_PAGE)),
                *([("start", start)] if start else []),
            ]
            answer = self.call("GET", _PATH, "a list of descriptors", params=params, headers=_LIST)
            body = answer.json_object()
            results = body.get("results")
            if not isinstance(results, list):
                raise answer.unreadable("no list of results")
            for item in results:
                if isinstance(item, dict) and (item.get("@type"), item.get("xdm:sourceSchema")) == (kind, schema_id):
                    yield item
            page = body.get("_page")
            start = str((page.get("next") if isinstance(page, dict) else None) or "")
            if not start:
                return


def field_path(steps: Sequence[str]) -> str:
    """Return the path of a field as descriptors have it.

    Args:
        steps: the names of the field and of what it is in, from the top.
    """
    return "/" + "/".join(steps)


def _doing(wanted: Descriptor) -> str:
    what = {FieldIdentity: "identity", FieldLabels: "labels", FieldRelationship: "relationship"}[type(wanted)]
    return f"the {what} of the field {wanted.path} of {wanted.schema_id}"


def _body(wanted: Descriptor) -> dict[str, Any]:
    of_field = {"xdm:sourceSchema": wanted.schema_id, "xdm:sourceVersion": 1, "xdm:sourceProperty": wanted.path}
    if isinstance(wanted, FieldIdentity):
        return {
            "@type": _IDENTITY,
            **of_field,
            "xdm:namespace": wanted.namespace,
            "xdm:property": "xdm:code",
            "xdm:isPrimary": wanted.primary,
        }
    if isinstance(wanted, FieldLabels):
        return {"@type": _LABEL, **of_field, "xdm:labels": list(wanted.labels)}
    return {
        "@type": _RELATIONSHIP,
        **of_field,
        "xdm:destinationSchema": wanted.other_schema_id,
        "xdm:destinationVersion": 1,
        "xdm:destinationProperty": wanted.other_path,
        "xdm:destinationNamespace": wanted.namespace,
        "xdm:cardinality": "M:1",
    }


def _relationship(item: dict[str, Any]) -> FieldRelationship:
    return FieldRelationship(
        str(item.get("xdm:sourceSchema") or ""),
        _path(item),
        str(item.get("xdm:destinationSchema") or ""),
        str(item.get("xdm:destinationProperty") or ""),
        str(item.get("xdm:destinationNamespace") or ""),
        _id(item),
    )


def _path(item: dict[str, Any]) -> str:
    return str(item.get("xdm:sourceProperty") or "")


def _id(item: dict[str, Any]) -> str:
    return str(item.get("@id") or "")


def _made(answer: Answer) -> str:
    id_ = _id(answer.json_object())
    if not id_:
        raise answer.unreadable("no @id")
    return id_
