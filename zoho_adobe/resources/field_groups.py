"""The field group that holds a schema's own fields: it is made, changed and deleted with the schema."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from zoho_adobe.columns import holds, word_of, xdm_field
from zoho_adobe.errors import InputError, NotFoundError, ZohoAdobeError
from zoho_adobe.resources.call import Call
from zoho_adobe.resources.edge import notice
from zoho_adobe.resources.listing import Identified
from zoho_adobe.resources.repeatable import Repeatable
from zoho_adobe.resources.schema_props import SchemaProps

if TYPE_CHECKING:
    from zoho_adobe.api.schema_registry import FieldGroup, SchemaRegistry, Titled

Fields = dict[str, str]


class SchemaCall(Call[SchemaProps]):
    """A call about a schema and the field group of its own fields."""

    tenant = ""
    """The tenant's name, in which the fields lie."""
    made_group = False
    """Whether this call has made the field group."""

    @cached_property
    def registry(self) -> SchemaRegistry:
        """The Schema Registry in the sandbox."""
        return self.clients.schema_registry(self.sandbox)

    @cached_property
    def group_id(self) -> str:
        """The field group that the state names, or that this call has made; empty without any."""
        return str(self.olds.get("field_group_id") or "")

    def group(self) -> FieldGroup | None:
        """Read the field group, None if there is no such group."""
        if not self.group_id:
            return None
        try:
            return self.registry.field_group(self.group_id)
        except NotFoundError:
            return None


class FieldGroups(Repeatable[SchemaCall, "Titled", "Titled"]):
    """Makes field groups as repeatably as the schemas they belong to, whose titles they have.

    Args:
        schemas: makes the schemas.
    """

    def __init__(self, schemas: Repeatable[SchemaCall, Identified, Titled]) -> None:
        self.declaration, self.noun, self.entries = schemas.declaration, schemas.noun, schemas.entries
        self._schemas = schemas

    def find(self, call: SchemaCall, _fresh: bool) -> list[Titled]:
        """Ask the registry for the title."""
        return call.registry.field_groups_titled(self._title(call.news))

    def post(self, call: SchemaCall) -> Titled:
        """Make a field group."""
        title, fields = self._title(call.news), _body(call.news["fields"])
        return call.registry.create_field_group(title, call.news["schema_class"], call.tenant, fields)

    def take_over(self, call: SchemaCall, found: Titled) -> Titled:
        """Add the fields that a leftover does not have."""
        # Nothing of a schema that is in use is changed before its create is refused.
        self._schemas.leftover(call, self._schemas.find(call, False))
        self.extend(call, call.registry.field_group(found.id))
        return found

    def discard(self, call: SchemaCall, id_: str) -> None:
        """Delete a field group."""
        call.registry.delete_field_group(id_)

    def make(self, call: SchemaCall) -> None:
        """Make the field group of a schema, or take over what a lost create has left."""
        call.tenant = call.registry.tenant()
        made, call.made_group = self.find_or_make(call)
        call.group_id = made.id

    def give_up(self, call: SchemaCall) -> str:
        """Delete a field group that was made for nothing, unless the next command takes it over.

        Returns:
            What to do about it if it is still there, else nothing.
        """
        if not call.made_group or call.news.get("suffix"):
            return ""
        try:
            self.discard(call, call.group_id)
        except ZohoAdobeError:
            return f"Its field group {call.group_id} was made: delete it in Adobe before the command is run again"
        return ""

    def extend(self, call: SchemaCall, group: FieldGroup) -> None:
        """Add to the field group what it does not have; what it has stays in it, as it is."""
        there, wanted = words_of(group), call.news.get("fields") or {}
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
            call.registry.add_fields(group, _body(missing))

    def retitle(self, call: SchemaCall, group: FieldGroup) -> None:
        """Carry a new title over to the field group, unless somebody gave it a title of its own."""
        title, old, new = self.declaration.full_name(call.news), call.olds.get("fields"), call.news.get("fields")
        for name in sorted(set(old or {}) - set(new or {})):
            notice(f"the schema {title!r} keeps the field {name!r}: a schema in use can only grow")
        for name in sorted((set(new or {}) - set(old or {})) & set(group.fields)):
            notice(
                f"the schema {title!r} has the field {name!r} already: rows that came before keep what they have in it"
            )
        if group.name == self._title(call.olds) != self._title(call.news):
            call.registry.retitle_field_group(group.id, self._title(call.news))

    def _title(self, props: SchemaProps) -> str:
        return f"{self.declaration.full_name(props)} fields"


def words_of(group: FieldGroup) -> Fields:
    """Return the type of each field of a group.

    Args:
        group: the field group.
    """
    return {name: word_of({"xdm": field}) for name, field in group.fields.items()}


def _body(words: Fields) -> dict[str, dict[str, Any]]:
    return {name: {"title": name, **xdm_field(word)} for name, word in words.items()}
