"""What source and target connections, the two ends of a dataflow, have in common.

They are replaced and never changed: Adobe does not carry edits of them into the dataflow on them.
Source: https://experienceleague.adobe.com/en/docs/experience-platform/sources/api-tutorials/update-dataflows
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol, TypeVar

from pulumi.dynamic import ReadResult

from zoho_adobe.api.deadline import pause
from zoho_adobe.errors import InUseError, NotFoundError, RejectedError
from zoho_adobe.resources.lifecycle import Identified, Listing, Props, one_line
from zoho_adobe.resources.repeatable import CUT_OFF, RepeatableLifecycle, wait_until_gone

if TYPE_CHECKING:
    from zoho_adobe.api.dataflows import Dataflows
    from zoho_adobe.api.platform import Made

# How many seconds the engine gets to begin the delete of a dataflow that this one waits for.
_PATIENCE = 5


class End(Identified, Protocol):
    """A source or target connection as Flow Service shows it."""

    @property
    def description(self) -> str:
        """Its description, empty if it has none."""
        ...

    @property
    def clients(self) -> tuple[str, ...]:
        """The client ids that made it and changed it last."""
        ...


E = TypeVar("E", bound=End)


class EndLifecycle(RepeatableLifecycle[E]):
    """Base of the lifecycles of both kinds."""

    end_of_flow: ClassVar[Literal["source", "target"]]
    """Which end of a dataflow they are."""

    def ends(self, dataflows: Dataflows) -> Iterable[E]:
        """List all of the kind."""
        raise NotImplementedError

    def end(self, dataflows: Dataflows, id_: str) -> E:
        """Read one.

        Raises:
            NotFoundError: it does not exist.
        """
        raise NotImplementedError

    def post(self, dataflows: Dataflows, full_name: str, props: Props) -> Made:
        """Make one."""
        raise NotImplementedError

    def remove(self, dataflows: Dataflows, id_: str) -> None:
        """Delete one; one that does not exist is no error."""
        raise NotImplementedError

    def shown(self, found: E) -> Props:
        """Give the inputs, besides name and description, that Flow Service shows."""
        raise NotImplementedError

    def as_read(self, id_: str, _props: Props, inputs: Props) -> ReadResult:
        """Give the answer of a read.

        Args:
            id_: its id.
            _props: its properties in the state.
            inputs: its inputs as they are at Adobe.
        """
        return ReadResult(id_, self.outputs(inputs), inputs)

    @one_line
    def read(self, id_: str, props: Props) -> ReadResult:
        """Read it where the state says it is, and give drift back as inputs."""
        dataflows = self.clients_of(props).dataflows(props["sandbox"])
        try:
            found = self._listing(dataflows, props).for_read(id_) or self.end(dataflows, id_)
        except NotFoundError:
            return ReadResult(None, {})
        visible = {key: value for key, value in self.shown(found).items() if value}
        return self.as_read(id_, props, {**self.seen(props, found.name, found.description), **visible})

    @one_line
    def delete(self, _id: str, _props: Props) -> None:
        """Delete it; its dataflow is gone by then."""
        if self.belongs_to_another(_id, _props):
            return
        dataflows = self.clients_of(_props).dataflows(_props["sandbox"])
        try:
            self._delete(dataflows, _id)
        finally:
            self._listing(dataflows, _props).changed()

    def obtain(self, dataflows: Dataflows, props: Props) -> Made:
        """Make it, or take over what a create made whose answer was lost.

        Args:
            dataflows: Flow Service's dataflows in the sandbox.
            props: the inputs.

        Raises:
            NameTakenError: the name is taken by one that is not ours to take over.
            LostAnswerError: two answers were lost, and nothing has appeared.
        """
        from zoho_adobe.api.platform import Made

        full_name, listing = self.full_name(props), self._listing(dataflows, props)

        try:
            return self.find_or_make(
                props,
                find=lambda fresh: listing.named(full_name, fresh=fresh),
                make=lambda: self.post(dataflows, full_name, props),
                take_over=lambda found: Made(found.id, ""),
                as_made=lambda found: Made(found.id, ""),
                remove=lambda id_: self.remove(dataflows, id_),
            )
        finally:
            listing.changed()

    def writers(self, _props: Props, found: E) -> tuple[str, ...]:
        """Returns who made it and who changed it last."""
        return found.clients

    def built_on(self, props: Props, found: E) -> list[str]:
        """Returns the dataflows on it."""
        flows = self.clients_of(props).dataflows(props["sandbox"]).flows_on(self.end_of_flow, found.id)
        return [f"dataflow {flow.name!r} ({flow.id})" for flow in flows]

    def fits(self, props: Props, found: E) -> bool:
        """Tells whether it is what is asked for: it cannot be changed."""
        wanted = {key: props[key] for key in self.shown(found)}
        return (found.description, self.shown(found)) == (props.get("description", ""), wanted)

    def _listing(self, dataflows: Dataflows, props: Props) -> Listing[E]:
        return self.listing(props, lambda: self.ends(dataflows))

    def _delete(self, dataflows: Dataflows, id_: str) -> None:
        try:
            self.remove(dataflows, id_)
        except RejectedError as error:
            self._wait_for_dataflows(dataflows, id_, error)
            self.remove(dataflows, id_)
        wait_until_gone(self.noun, id_, lambda: self.end(dataflows, id_))

    def _wait_for_dataflows(self, dataflows: Dataflows, id_: str, refusal: RejectedError) -> None:
        """Wait until no dataflow is on it, and delete those that a create which was cut off has left.

        Where both ends are replaced, the engine deletes their dataflow before one of them only.

        Raises:
            RejectedError: there were none on it, so the refusal has another reason.
            InUseError: others are, which are not being deleted.
        """
        from zoho_adobe.resources.handover import Handover

        clients = self.clients()
        handover = Handover(clients, dataflows.sandbox)
        patience = _PATIENCE
        flows = dataflows.flows_on(self.end_of_flow, id_)
        if not flows:
            raise refusal
        while others := handover.remove_lost(flows):
            if not any(clients.deletes(flow.id) for flow in others):
                patience -= 1
            if patience < 0:
                names = ", ".join(f"{flow.name!r} ({flow.id})" for flow in others)
                raise InUseError(
                    f"the {self.noun} {id_} is used by dataflows that nobody is deleting: {names}",
                    connection_id=id_,
                    remedy=f"Run the command again after one of these: {CUT_OFF}",
                )
            pause(1.0)
            flows = dataflows.flows_on(self.end_of_flow, id_)
