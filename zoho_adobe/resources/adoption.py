"""Bringing a connection that exists under management, without writing to it.

`adopt_id` matters to one create. A resource that adopts must not be one that is replaced, for the engine would delete
the live connection first; and the connection must not be another resource's.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from zoho_adobe.errors import AdoptionError, InputError, NotFoundError
from zoho_adobe.resources.checks import Props, known
from zoho_adobe.resources.claims import Claims
from zoho_adobe.resources.connection_values import CONNECTION_SPEC, DECLARATION, ConnectionCall, visible_credentials
from zoho_adobe.resources.entries import Entries

if TYPE_CHECKING:
    from zoho_adobe.api.flow_service import Connection


class Adoption:
    """What this process knows of the adoptions that the program asks for.

    Args:
        entries: which entries of the state hold which connections.
    """

    def __init__(self, entries: Entries) -> None:
        self._entries = entries
        self._adopted: set[str] = set()
        self._planned: set[str] = set()
        self._under_way = Claims()

    def check(self, olds: Props, inputs: Props, problems: list[InputError]) -> None:
        """Keep the id of an adoption that was, so that it does not show as a change; report one that cannot be."""
        if known(olds.get("adopt_id")):
            self._adopted.add(olds["adopt_id"])
            inputs.setdefault("adopt_id", olds["adopt_id"])
            return
        adopt_id = inputs.get("adopt_id")
        if olds or not isinstance(adopt_id, str):
            return
        # The engine checks a replacement as if nothing had been there before.
        if adopt_id not in self._adopted and not self._entries.declare(adopt_id):
            self._planned.add(adopt_id)
            return
        problems.append(
            InputError(
                "adopt_id",
                f"the connection {adopt_id} is managed already, by another resource of the program or by this one, "
                "which would be replaced",
                remedy="Remove adopt_id from the program first",
            )
        )

    def compare(self, call: ConnectionCall) -> None:
        """Refuse an adoption by a resource that has a connection, and of a connection that has a resource."""
        adopt_id = call.news.get("adopt_id")
        if known(adopt_id) and adopt_id != call.id:
            raise InputError(
                "adopt_id",
                f"the resource already manages {call.id}, so it cannot adopt {adopt_id}",
                remedy="Remove adopt_id, or declare a resource with another name for that connection",
            )
        if call.id in self._planned and self._entries.checked(call.news):
            raise InputError(
                "adopt_id",
                f"two resources of the program hold the connection {call.id}: this one manages it, another one adopts "
                "it",
                remedy="Take one of the two out of the program",
            )

    def refuse_delete(self, id_: str) -> None:
        """Refuse to delete a connection that the program wants to adopt."""
        if id_ in self._planned:
            # A replacement that is forced, or a resource of another name whose adoption has failed.
            raise AdoptionError(
                f"adopt_id: the connection {id_} would be deleted, though the program wants to adopt it",
                object_id=id_,
                remedy="Remove adopt_id from the program before a replacement",
            )

    def claimed(self, adopt_id: str) -> contextlib.AbstractContextManager[None]:
        """Keep a connection to adopt for one resource."""
        refusal = AdoptionError(
            f"adopt_id: two resources of this program adopt the connection {adopt_id}",
            object_id=adopt_id,
            remedy="Keep it in one of them",
        )
        return self._under_way.held(adopt_id, refusal)


def adopt(call: ConnectionCall) -> Connection:
    """Return the connection to adopt.

    Args:
        call: the create.

    Raises:
        AdoptionError: it is not as the program describes it, or does not exist.
    """
    props, id_ = call.news, call.news["adopt_id"]
    try:
        found = call.flow_service.connection(id_)
    except NotFoundError:
        raise AdoptionError(
            f"adopt_id: the sandbox {call.sandbox!r} has no connection {id_}",
            remedy="Check the id and the provider's sandbox",
        ) from None
    spec = f"{found.spec_id}/{found.spec_version}"
    if spec != CONNECTION_SPEC:
        raise AdoptionError(
            f"adopt_id: {id_} is not a Zoho CRM connection; its connection spec is {spec}", object_id=id_
        )
    place = (found.organization or props["organization"], found.sandbox or props["sandbox"])
    if place != (props["organization"], props["sandbox"]):
        raise AdoptionError(f"adopt_id: {id_} lives in {place[0]}, sandbox {place[1]!r}", object_id=id_)
    differences = [
        f"{field} is {theirs!r} at Adobe and {ours!r} in the program"
        for field, theirs, ours in (
            ("name", found.name, DECLARATION.full_name(props)),
            ("description", found.description, props.get("description", "")),
            *((key, theirs, props.get(key, "")) for key, theirs in visible_credentials(found).items()),
        )
        if theirs != ours
    ]
    if differences:
        raise AdoptionError(
            f"adopt_id: {id_} is not as the program describes it: {'; '.join(differences)}",
            object_id=id_,
            remedy="Make the program say what Adobe has, adopt, and change it afterwards",
        )
    return found
