"""What source and target connections, the two ends of a dataflow, have in common.

They are replaced and never changed: Adobe does not carry edits of them into the dataflow on them.
Source: https://experienceleague.adobe.com/en/docs/experience-platform/sources/api-tutorials/update-dataflows
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, TypeVar

from pulumi.dynamic import ReadResult

from zoho_adobe.api.deadline import pause
from zoho_adobe.errors import InUseError, RejectedError
from zoho_adobe.resources.call import Call, P
from zoho_adobe.resources.checks import Props
from zoho_adobe.resources.named import NamedLifecycle
from zoho_adobe.resources.repeatable import CUT_OFF, HasId

if TYPE_CHECKING:
    from zoho_adobe.api.dataflows import Dataflows, SourceConnection, TargetConnection
    from zoho_adobe.api.file_sources import FileSource

# How many seconds the engine gets to begin the delete of a dataflow that this one waits for.
_PATIENCE = 5


E = TypeVar("E", bound="SourceConnection | TargetConnection | FileSource")


class EndCall(Call[P]):
    """A call about one of them."""

    @cached_property
    def dataflows(self) -> Dataflows:
        """Flow Service's dataflows in the sandbox."""
        return self.clients.dataflows(self.sandbox)


class EndLifecycle(NamedLifecycle[EndCall[P], E, HasId], Generic[E, P]):
    """Base of the lifecycles of both kinds."""

    calls = EndCall[Any]
    end_of_flow: ClassVar[Literal["source", "target"]]
    """Which end of a dataflow they are."""

    def fields(self, found: E) -> Props:
        """Return the inputs, besides name and description, that Flow Service shows."""
        raise NotImplementedError

    def shown(self, call: EndCall[P], found: E) -> ReadResult:
        """Return the object, with drift as inputs."""
        visible = {key: value for key, value in self.fields(found).items() if value}
        inputs = {**self.seen(call.olds, found.name, found.description), **visible}
        return ReadResult(call.id, self.outputs(inputs), inputs)

    def writers(self, found: E) -> tuple[str, ...]:
        """Return who made it and who changed it last."""
        return found.clients

    def built_on(self, call: EndCall[P], found: E) -> list[str]:
        """Return the dataflows on it."""
        flows = call.dataflows.flows_on(self.end_of_flow, found.id)
        return [f"dataflow {flow.name!r} ({flow.id})" for flow in flows]

    def fits(self, call: EndCall[P], found: E) -> bool:
        """Return whether it is what is asked for: it cannot be changed."""
        fields = self.fields(found)
        wanted = {key: call.news.get(key, "") for key in fields}
        return (found.description, fields) == (call.news.get("description", ""), wanted)

    def remove(self, call: EndCall[P]) -> None:
        """Delete it; its dataflow is gone by then."""
        try:
            super().remove(call)
        except RejectedError:
            # The dataflow that Adobe has refused it for may be gone by now: then the second try succeeds at once.
            self._wait_for_dataflows(call)
            super().remove(call)

    def _wait_for_dataflows(self, call: EndCall[P]) -> None:
        """Wait until no dataflow is on it, and delete those that a create which was cut off has left.

        Where both ends are replaced, the engine deletes their dataflow before one of them only.

        Raises:
            InUseError: some are on it that nobody is deleting.
        """
        from zoho_adobe.resources.handover import Handover

        handover = Handover(call.clients, call.sandbox)
        patience = _PATIENCE
        flows = call.dataflows.flows_on(self.end_of_flow, call.id)
        while others := handover.remove_lost(flows):
            if not any(call.clients.deletes(flow.id) for flow in others):
                patience -= 1
            if patience < 0:
                names = ", ".join(f"{flow.name!r} ({flow.id})" for flow in others)
                raise InUseError(
                    f"the {self.noun} {call.id} is used by dataflows that nobody is deleting: {names}",
                    object_id=call.id,
                    remedy=f"Run the command again after one of these: {CUT_OFF}",
                )
            pause(1.0)
            flows = call.dataflows.flows_on(self.end_of_flow, call.id)
