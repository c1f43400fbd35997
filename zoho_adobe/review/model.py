"""A preview as the rest of the review sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

_OWN_TYPES = "pulumi-python:dynamic/zoho-adobe:"
_PROVIDER_TYPES = "pulumi:providers:"
STACK_TYPE = "pulumi:pulumi:Stack"


class Action(StrEnum):
    """What happens to a resource."""

    DELETE = "delete"
    REPLACE = "replace"
    UPDATE = "change"
    CREATE = "create"
    IMPORT = "import"
    SAME = "unchanged"


@dataclass(frozen=True)
class State:
    """A resource before or after the change.

    Attributes:
        id: its id at the service, empty while it has none.
        inputs: what the program asks for; secrets are masked already by Pulumi.
        outputs: what the service answered.
        parent: the URN of the component it belongs to, empty if there is none.
        dependencies: URNs that Pulumi knows it depends on; the streamed form of a preview has none.
        protect: whether Pulumi refuses to delete it.
        retain: whether it stays at the service when it leaves the stack.
    """

    id: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    parent: str = ""
    dependencies: frozenset[str] = frozenset()
    protect: bool = False
    retain: bool = False


@dataclass(frozen=True)
class Field:
    """One field of a resource that changes.

    Attributes:
        path: where it is, such as ``name`` or ``mappings[0].source``.
        before: the old value, ready to be shown; None if there was none.
        after: the new value, ready to be shown; None if it is gone.
        secret: whether the values are masked.
    """

    path: str
    before: str | None
    after: str | None
    secret: bool = False

    @property
    def name(self) -> str:
        """The top-level field that it is part of."""
        return self.path.split(".")[0].split("[")[0]


@dataclass(frozen=True)
class Resource:
    """A resource of the preview and what happens to it.

    Attributes:
        urn: its URN.
        type: its whole type token.
        action: what happens.
        old: before; None if it is new.
        new: after; None if it goes.
        fields: what changes in it, in order of name.
        reasons: the fields that make Pulumi replace it.
    """

    urn: str
    type: str
    action: Action
    old: State | None
    new: State | None
    fields: Sequence[Field] = ()
    reasons: Sequence[str] = ()

    @property
    def name(self) -> str:
        """Its logical name in the program."""
        return self.urn.split("::", 3)[-1]

    @property
    def kind(self) -> str:
        """The short name of its type, such as ``BaseConnection``."""
        return self.type.rsplit(":", 1)[-1]

    @property
    def own(self) -> str:
        """The same where the type is one of this package's, else empty."""
        return self.kind if self.type.startswith(_OWN_TYPES) else ""

    @property
    def is_provider(self) -> bool:
        """Whether it configures a provider and exists nowhere else."""
        return self.type.startswith(_PROVIDER_TYPES)

    @property
    def state(self) -> State:
        """The state that there is, the old one first."""
        return self.old or self.new or State()

    def field(self, *names: str) -> list[Field]:
        """Find the changed fields with one of these names.

        Args:
            names: names of top-level fields.

        Returns:
            The fields that change, in their order.
        """
        return [item for item in self.fields if item.name in names]


@dataclass(frozen=True)
class Message:
    """What Pulumi or the program said."""

    severity: str
    text: str


@dataclass(frozen=True)
class Preview:
    """One preview of one stack.

    Attributes:
        title: the stack as ``project/stack``, or where the preview came from if it names no stack.
        resources: all that the preview names, also unchanged ones, in order of type and name.
        outputs: what changes in the outputs of the stack.
        messages: warnings and errors, each once.
        failed: whether the preview ended in an error or is not whole, so that the rest of it is not all.
        problem: why it failed, where Pulumi did not say so itself.
        hidden: how many unchanged resources there are that the preview does not name.
    """

    title: str
    resources: Sequence[Resource] = ()
    outputs: Sequence[Field] = ()
    messages: Sequence[Message] = ()
    failed: bool = False
    problem: str = ""
    hidden: int = 0

    @property
    def changes(self) -> list[Resource]:
        """The resources to which something happens."""
        return [item for item in self.resources if item.action is not Action.SAME]
