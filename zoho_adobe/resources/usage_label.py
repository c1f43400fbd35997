"""Data usage labels of an organization's own, for the fields of schemas.

Source: https://experienceleague.adobe.com/en/docs/experience-platform/data-governance/api/labels
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
from pulumi.dynamic import ReadResult

from zoho_adobe.data_usage_labels import CORE, wrong_label
from zoho_adobe.errors import InputError, NameTakenError, NotFoundError
from zoho_adobe.resources.call import Call
from zoho_adobe.resources.checks import Props
from zoho_adobe.resources.edge import notice
from zoho_adobe.resources.inputs import Declaration, Needed, NeededForGood, Placed, Text
from zoho_adobe.resources.lifecycle import Lifecycle
from zoho_adobe.resources.managed import ManagedResource

if TYPE_CHECKING:
    from zoho_adobe.api.usage_labels import CustomLabel


class LabelProps(Placed, total=False):
    """The properties of a label."""

    name: NeededForGood
    friendly_name: Needed
    description: Text


DECLARATION = Declaration("UsageLabel", "USAGE_LABEL", LabelProps)


class UsageLabelLifecycle(Lifecycle[Call[LabelProps]]):
    """The lifecycle of custom labels; Adobe never deletes one."""

    declaration = DECLARATION
    noun = "data usage label"
    calls = Call[LabelProps]

    def examine(self, _olds: Props, _news: Props, inputs: Props, problems: list[InputError]) -> None:
        """Report names that Adobe does not accept, or has itself."""
        name = inputs.get("name")
        if not isinstance(name, str) or not name.strip():
            return
        if name in CORE:
            problems.append(InputError("name", f"{name!r} is Adobe's own", remedy="Use it without declaring it"))
        elif wrong := wrong_label(name):
            problems.append(InputError("name", wrong))

    def make(self, call: Call[LabelProps]) -> tuple[str, Props]:
        """Make the label, or find the equal one that an earlier stack, or a create that was cut off, has left."""
        found, wanted = self._read(call, call.news["name"]), _label(call.news)
        if found is None:
            call.clients.usage_labels(call.sandbox).write(wanted)
        elif found != wanted:
            raise NameTakenError(
                f"name: the data usage label {found.name!r} exists already, with the friendly name {found.title!r} "
                f"and the description {found.description!r}",
                object_id=found.name,
                remedy="Make the program say what Adobe has, or choose another name",
            )
        return wanted.name, self.outputs(call.news)

    def show(self, call: Call[LabelProps]) -> ReadResult | None:
        """Read the label, and give drift back as inputs."""
        found = self._read(call, call.id)
        if found is None:
            return None
        drifted = {**self.declaration.kept(call.olds), "friendly_name": found.title}
        drifted.pop("description", None)
        drifted |= {"description": found.description} if found.description else {}
        return ReadResult(call.id, self.outputs(drifted), drifted)

    def patch(self, call: Call[LabelProps]) -> Props:
        """Change the friendly name and the description."""
        call.clients.usage_labels(call.sandbox).write(_label(call.news))
        return self.outputs(call.news)

    def remove(self, call: Call[LabelProps]) -> None:
        """Say what stays: Adobe never deletes a label."""
        notice(f"the data usage label {call.id!r} stays in sandbox {call.sandbox!r}: Adobe never deletes one")

    def _read(self, call: Call[LabelProps], name: str) -> CustomLabel | None:
        try:
            return call.clients.usage_labels(call.sandbox).custom(name)
        except NotFoundError:
            return None


def _label(props: LabelProps) -> CustomLabel:
    from zoho_adobe.api.usage_labels import CustomLabel

    return CustomLabel(props["name"], props["friendly_name"], props.get("description", ""))


class UsageLabel(ManagedResource):
    """A data usage label of the organization's own, beside Adobe's.

    Adobe never deletes a label, so it stays when the resource goes, and the same program finds it again.

    Args:
        resource_name: the logical name in the stack.
        name: its name, by which fields are labelled; it never changes.
        friendly_name: its display name.
        description: the description shown in Adobe.
        opts: the resource's options.

    Attributes:
        id: its name.
        name: its name.
    """

    declaration = DECLARATION

    name: pulumi.Output[str]
    friendly_name: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        name: pulumi.Input[str],
        friendly_name: pulumi.Input[str],
        description: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        self.register(resource_name, locals(), opts)
