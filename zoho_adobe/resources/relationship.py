"""Relationships between schemas: a field that holds the primary identity of a record of another schema.

A resource of its own and not an argument of the schema: two schemas may refer to each other.
Source: https://experienceleague.adobe.com/en/docs/experience-platform/xdm/api/descriptors (section "relationship")
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
from pulumi.dynamic import ReadResult

from zoho_adobe.errors import ConnectionStateError, InputError, NotFoundError
from zoho_adobe.resources.call import Call
from zoho_adobe.resources.checks import Props
from zoho_adobe.resources.fields import descriptor_path
from zoho_adobe.resources.inputs import Declaration, IdOfAnother, NeededForGood, Placed
from zoho_adobe.resources.lifecycle import Lifecycle
from zoho_adobe.resources.looking import made_once
from zoho_adobe.resources.managed import ManagedResource

if TYPE_CHECKING:
    from zoho_adobe.api.descriptors import FieldRelationship


class RelationshipProps(Placed, total=False):
    """The properties of a relationship."""

    schema_id: IdOfAnother
    field: NeededForGood
    other_schema_id: IdOfAnother


DECLARATION = Declaration("Relationship", "RELATIONSHIP", RelationshipProps)


class RelationshipLifecycle(Lifecycle[Call[RelationshipProps]]):
    """The lifecycle of relationships."""

    declaration = DECLARATION
    noun = "relationship"
    calls = Call[RelationshipProps]

    def make(self, call: Call[RelationshipProps]) -> tuple[str, Props]:
        """Make the relationship, or take over the equal one."""
        wanted = self._wanted(call)
        found = self._find(call, wanted)
        if found is None:
            descriptors = call.clients.descriptors(call.sandbox)
            found = made_once(lambda: descriptors.create(wanted), lambda: self._find(call, wanted))
        return found, self.outputs(call.news)

    def show(self, call: Call[RelationshipProps]) -> ReadResult | None:
        """Read the relationship; one that somebody changed is no longer the one that was asked for."""
        try:
            found = call.clients.descriptors(call.sandbox).relationship(call.id)
        except NotFoundError:
            return None
        props = call.olds
        same = (found.schema_id, found.path, found.other_schema_id) == (
            props["schema_id"],
            descriptor_path(props["field"], props["schema_id"]),
            props["other_schema_id"],
        )
        return ReadResult(call.id, self.outputs(props)) if same else None

    def remove(self, call: Call[RelationshipProps]) -> None:
        """Delete the relationship."""
        call.clients.descriptors(call.sandbox).delete(call.id)

    def _wanted(self, call: Call[RelationshipProps]) -> FieldRelationship:
        from zoho_adobe.api.descriptors import FieldRelationship

        news = call.news
        other = news["other_schema_id"]
        primary = [item for item in call.clients.descriptors(call.sandbox).identities(other) if item.primary]
        if not primary:
            raise InputError(
                "other_schema_id",
                f"the schema {other} has no primary identity that could be referred to",
                remedy="Give it one, such as identities={...: Identity(..., primary=True)}",
            )
        path = descriptor_path(news["field"], news["schema_id"])
        return FieldRelationship(news["schema_id"], path, other, primary[0].path, primary[0].namespace)

    def _find(self, call: Call[RelationshipProps], wanted: FieldRelationship) -> str | None:
        for item in call.clients.descriptors(call.sandbox).relationships(wanted.schema_id):
            if item.path != wanted.path:
                continue
            if item.other_schema_id == wanted.other_schema_id:
                return item.id
            raise ConnectionStateError(
                f"field: {wanted.path} of the schema {wanted.schema_id} refers to the schema {item.other_schema_id} "
                "already",
                object_id=item.id,
                remedy="Delete that relationship in Adobe, or declare the schema that it refers to",
            )
        return None


class Relationship(ManagedResource):
    """A field of a schema that refers to records of another schema, by that one's primary identity.

    Args:
        resource_name: the logical name in the stack.
        schema_id: the `$id` of the schema whose records refer to others.
        field: the field that holds the other record's identity: one of the schema's own fields, or a path.
        other_schema_id: the `$id` of the schema that is referred to; it needs a primary identity.
        opts: the resource's options; deleting before replacing is always on.

    Attributes:
        id: the id of its descriptor.
    """

    declaration = DECLARATION

    schema_id: pulumi.Output[str]
    field: pulumi.Output[str]
    other_schema_id: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        schema_id: pulumi.Input[str],
        field: pulumi.Input[str],
        other_schema_id: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        self.register(resource_name, locals(), opts)
