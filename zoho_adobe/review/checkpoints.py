"""Whether an update has to write its state after each step, or once at its end.

The engine writes the whole state after each step, which in a stack of a thousand resources takes most of the time. An
engine that is killed before it has written down what it did forgets it. That does no harm where the same update,
run again, comes to the same end: an update or a delete that has happened already is recognized, and a base connection
with a suffix is found by its name. It does harm where only the state tells what is ours.
Source: https://www.pulumi.com/docs/iac/cli/environment-variables/ (PULUMI_SKIP_CHECKPOINTS)
"""

from __future__ import annotations

from typing import NamedTuple

from zoho_adobe.review.model import Action, Preview, Resource
from zoho_adobe.review.values import is_unknown

FEW = 20
"""Changes up to which writing after each takes no time to speak of."""

# These exist nowhere but in the state, or only look something up.
_NOTHING_OF_ITS_OWN = ("Table", "CrmModule", "LandingZone")
_COMPONENTS = "zoho-adobe:components:"
# A grant token can be exchanged once.
_ONCE = ("ZohoGrant",)


class Decision(NamedTuple):
    """How often an update writes its state.

    Attributes:
        needed: whether it has to after each step.
        reason: why, in one sentence.
    """

    needed: bool
    reason: str


def decide(preview: Preview) -> Decision:
    """Decide whether an update may write its state at its end only.

    Args:
        preview: what the update would do.
    """
    changed = [item for item in preview.resources if item.action is not Action.SAME]
    if preview.failed:
        return Decision(True, "the preview is not whole")
    if len(changed) <= FEW:
        return Decision(True, f"up to {FEW} changes take no time")
    for item in changed:
        if why := _only_the_state_tells(item):
            return Decision(True, f"{item.name!r} ({item.kind}) {why}")
    return Decision(False, f"each of the {len(changed)} changes can be repeated if this update is killed")


def _only_the_state_tells(item: Resource) -> str:
    """Return why a change must be written down at once, empty if it can be repeated."""
    if item.is_provider or item.type.startswith(_COMPONENTS) or item.own in _NOTHING_OF_ITS_OWN:
        return ""
    if not item.own:
        return "is of another package"
    if item.own in _ONCE:
        return "works once only"
    if item.action in (Action.UPDATE, Action.DELETE, Action.IMPORT):
        return ""
    if item.own != "BaseConnection":
        return "is new, and others may use what a killed update leaves"
    suffix = item.new.inputs.get("suffix") if item.new else None
    if not suffix:
        return "is new and has no suffix, so a killed update could make it twice"
    return "has a suffix that this update makes" if is_unknown(suffix) else ""
