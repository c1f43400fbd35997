"""What a reviewer should not pass over: each rule is a function of one resource and what is built on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from zoho_adobe.review.dependents import Dependents
from zoho_adobe.review.model import Action, Field, Preview, Resource
from zoho_adobe.review.text import code, count
from zoho_adobe.review.values import UNKNOWN

_CREDENTIALS = ("client_id", "client_secret", "refresh_token", "access_token", "code")
_ZOHO_PLACE = ("data_center", "accounts_url", "endpoint")
_ADOBE_PLACE = ("organization", "sandbox", "platformUrl", "imsUrl")
_WHICH_ROWS = ("schedule", "schedule.backfill", "schedule.start")
_FLOW = "Dataflow"
# Deleting one of these deletes nothing at Adobe.
_ONLY_IN_THE_STATE = ("Table", "MappingSet")

Rule = Callable[[Resource, Sequence[Resource]], Iterator[str]]


def second_look(preview: Preview, dependents: Dependents, *, drift: bool) -> list[str]:
    """Collect what needs a second look.

    Args:
        preview: the preview.
        dependents: what is built on what in it.
        drift: whether it shows what happened at the services, and not what an update would do.

    Returns:
        One line of Markdown each, the weightiest rule first.
    """
    found = []
    for rule in _DRIFT_RULES if drift else _RULES:
        for resource in preview.changes:
            found += [f"{_name(resource)} {line}" for line in rule(resource, dependents.of(resource, _FLOW))]
    if not drift:
        found += _forced(preview)
        found += _renamed(preview)
        found += _unprotected(preview)
        found += _outputs(preview)
    return found


def touched(flows: Sequence[Resource]) -> str:
    """Name the dataflows that a change touches.

    Args:
        flows: the dataflows.

    Returns:
        Markdown of one line, empty if there are none.
    """
    names = [code(flow.name) for flow in flows[:10]]
    if len(flows) > len(names):
        names.append(f"{len(flows) - len(names)} more")
    return f"{count(len(flows), 'dataflow')}: {', '.join(names)}" if flows else ""


def _deleted(resource: Resource, flows: Sequence[Resource]) -> Iterator[str]:
    if resource.action is not Action.DELETE or not resource.own or resource.own in _ONLY_IN_THE_STATE:
        return
    if resource.state.retain:
        yield "leaves the stack but **stays at Adobe**: nothing manages it afterwards"
        return
    line = "is **deleted**"
    if resource.state.protect:
        line += "; it is protected, so Pulumi will refuse"
    elif resource.own == "Dataset":
        loses = resource.state.inputs.get("force_destroy")
        line += " **with all its data**" if loses else ", which is refused while it holds data"
    staying = [flow for flow in flows if flow.action is not Action.DELETE]
    if staying:
        line += f"; still built on it: {touched(staying)}"
    yield line


def _replaced(resource: Resource, flows: Sequence[Resource]) -> Iterator[str]:
    if resource.action is not Action.REPLACE or not resource.own or resource.own in _ONLY_IN_THE_STATE:
        return
    line = "is **replaced**"
    if resource.reasons:
        line += f" because {_list(resource.reasons)} changes"
    line += ": the old one is deleted, the new one has another id"
    if resource.state.protect:
        line += "; it is protected, so Pulumi will refuse"
    if flows:
        line += f"; built on it: {touched(flows)}"
    yield line


def _moved(resource: Resource, _: Sequence[Resource]) -> Iterator[str]:
    if resource.action not in (Action.UPDATE, Action.REPLACE) or not (resource.own or resource.is_provider):
        return
    for service, places in (("Zoho", _ZOHO_PLACE), ("Adobe", _ADOBE_PLACE)):
        # A provider's fields have the project's name in front.
        found = {name: field for field in resource.fields if (name := field.name.rsplit(":", 1)[-1]) in places}
        parts = [f"{code(name)} {_arrow(found[name])}" for name in places if name in found]
        if "data_center" in found:
            # The rest follows from it, and stands in the table.
            parts = [f"data center {_arrow(found['data_center'])}"]
        if parts:
            yield f"moves at {service}: {', '.join(parts)}"


def _reads_again(resource: Resource, _: Sequence[Resource]) -> Iterator[str]:
    if resource.own != _FLOW:
        return
    if resource.action is Action.REPLACE:
        schedule = resource.new.inputs.get("schedule") if resource.new else None
        schedule = schedule if isinstance(schedule, Mapping) else {}
        if schedule.get("backfill") is True or schedule.get("frequency") == "once":
            yield "starts anew with all rows: it **reads its whole history again**"
        elif {"target_connection_id", "sandbox"} & set(resource.reasons):
            yield "fills another target: if that is another dataset, it **reads its whole history again** into it"
    elif resource.action is Action.UPDATE:
        paths = [field.path for field in resource.fields if field.path in _WHICH_ROWS]
        if paths:
            yield f"changes {_list(paths)}: check **which rows it reads again**"


def _disabled(resource: Resource, _: Sequence[Resource]) -> Iterator[str]:
    if resource.own != _FLOW or resource.action is Action.SAME:
        return
    for field in resource.field("enabled", "state"):
        if field.after in ("false", "disabled", "draft"):
            yield "is **disabled**: no data arrive while it is" if field.before else "is made, but **disabled**"


def _rotated(resource: Resource, flows: Sequence[Resource]) -> Iterator[str]:
    if not resource.own or resource.action is not Action.UPDATE:
        return
    names = [field.name for field in resource.field(*_CREDENTIALS)]
    if names:
        line = f"gets another credential: {_list(names)} {'rotates' if len(names) == 1 else 'rotate'}"
        yield f"{line}; used by {touched(flows)}" if flows else line


def _gone(resource: Resource, flows: Sequence[Resource]) -> Iterator[str]:
    if resource.action is Action.DELETE:
        line = "is **gone**: the next update makes a new one, with another id"
        yield f"{line}; built on it: {touched(flows)}" if flows else line


def _renamed(preview: Preview) -> Iterator[str]:
    """A resource that goes while another of its kind comes is mostly one that was renamed without an alias."""
    gone = [item for item in preview.changes if item.own and item.action is Action.DELETE]
    made = [item for item in preview.changes if item.own and item.action is Action.CREATE]
    for old in gone:
        for new in made:
            if old.own == new.own and old.state.inputs.get("name") == new.state.inputs.get("name") is not None:
                yield f"{_name(old)} goes and {_name(new)} comes with the same name: is it renamed? An alias keeps it"


def _unprotected(preview: Preview) -> Iterator[str]:
    # Pulumi counts this as no change, and a later delete goes through.
    for item in preview.resources:
        if item.old is not None and item.new is not None and item.old.protect and not item.new.protect:
            yield f"{_name(item)} **loses its protection**: from then on it can be deleted"


def _forced(preview: Preview) -> Iterator[str]:
    for item in preview.changes:
        if item.old is not None and any(field.after == "true" for field in item.field("force_destroy")):
            yield f"{_name(item)} may be deleted **with its data** from then on"


def _outputs(preview: Preview) -> Iterator[str]:
    gone = [field.path for field in preview.outputs if field.after is None]
    if gone:
        yield f"The stack no longer gives the output {_list(gone)}: other stacks may read it"
    for field in preview.outputs:
        if field.path == "outputsVersion" and field.before and field.after not in (None, UNKNOWN):
            yield "The version of the stack's outputs changes: other stacks have to follow"


_RULES: tuple[Rule, ...] = (_deleted, _replaced, _moved, _reads_again, _disabled, _rotated)
_DRIFT_RULES: tuple[Rule, ...] = (_gone, _moved, _disabled)


def _name(resource: Resource) -> str:
    return f"{resource.kind} {code(resource.name)}"


def _arrow(field: Field) -> str:
    return f"{code(field.before or '')} → {code(field.after or '')}"


def _list(names: Sequence[str]) -> str:
    return ", ".join(code(name) for name in names)
