"""What a reviewer should not pass over: each rule is a function of one resource and what is built on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from zoho_adobe.review.dependents import DATAFLOW, Dependents
from zoho_adobe.review.model import Action, Field, Preview, Resource
from zoho_adobe.review.schedules import minutes_between, rhythm, schedule_of
from zoho_adobe.review.text import code, count, kind_of, short, shortened
from zoho_adobe.review.values import UNKNOWN, is_unknown, last
from zoho_adobe.zoho_labels import suggested_labels

_CREDENTIALS = ("client_id", "client_secret", "refresh_token", "access_token", "code")
_ZOHO_PLACE = ("data_center", "accounts_url", "endpoint")
_ADOBE_PLACE = ("organization", "sandbox", "platformUrl", "imsUrl")
_WHICH_ROWS = ("schedule", "schedule.backfill", "schedule.start")
# Deleting one of these deletes nothing at Adobe.
_ONLY_IN_THE_STATE = ("Table", "MappingSet", "IdentityNamespace", "UsageLabel")
_HOLDS_DATA = ("Schema", "Dataset")
_FLOW_ENDS = {"source_connection_id": "SourceConnection", "target_connection_id": "TargetConnection"}
_MOST_NAMES = 10

Rule = Callable[[Resource, Dependents], Iterator[str]]
Found = Iterable[tuple[Resource, str]]


def second_look(preview: Preview, dependents: Dependents, *, drift: bool) -> list[str]:
    """Collect what needs a second look.

    Args:
        preview: the preview.
        dependents: what is built on what in it.
        drift: whether it shows what happened at the services, and not what an update would do.

    Returns:
        One line of Markdown each, the weightiest rule first.
    """
    found: list[str] = []
    for rule in _DRIFT_RULES if drift else _RULES:
        found += _grouped((resource, line) for resource in preview.changes for line in rule(resource, dependents))
    if not drift:
        found += _grouped(_unprotected(preview))
        found += _renamed(preview)
        found += _outputs(preview)
    return found


def touched(flows: Sequence[Resource]) -> str:
    """Name the dataflows that a change touches.

    Args:
        flows: the dataflows.

    Returns:
        Markdown of one line, empty if there are none.
    """
    return f"{count(len(flows), 'dataflow')}: {_list([flow.name for flow in flows])}" if flows else ""


def _grouped(found: Found) -> Iterator[str]:
    """Say once what is true of several: a change of all tables is one thing to decide."""
    groups: dict[tuple[str, str], list[str]] = {}
    for resource, line in found:
        groups.setdefault((resource.kind, line), []).append(resource.name)
    for (kind, line), names in groups.items():
        what = kind_of(kind)
        yield f"{what} {_list(names)} {line}" if len(names) == 1 else f"{what}s {_list(names)}: each {line}"


def _deleted(resource: Resource, built: Dependents) -> Iterator[str]:
    if resource.action is not Action.DELETE or not resource.own or resource.own in _ONLY_IN_THE_STATE:
        return
    if resource.state.retain:
        yield "leaves the stack but **stays at Adobe**: nothing manages it afterwards"
        return
    if _goes_with_its_flows(resource, built):
        return
    line = "is **deleted**"
    if resource.state.protect:
        line += "; it is protected, so Pulumi will refuse"
    elif resource.own == DATAFLOW:
        line += ": it stops delivering data"
    elif resource.own == "Dataset":
        loses = resource.state.inputs.get("force_destroy")
        line = "is **deleted with all its data**" if loses else f"{line}, which is refused while it holds data"
    elif resource.own == "BaseConnection":
        line += ", which is refused while it is in use"
    staying = [flow for flow in built.flows(resource) if flow.action is not Action.DELETE]
    if staying:
        line += f"; still built on it: {touched(staying)}"
    yield line


def _replaced(resource: Resource, built: Dependents) -> Iterator[str]:
    if resource.action is not Action.REPLACE or not resource.own or resource.own in _ONLY_IN_THE_STATE:
        return
    if _goes_with_its_flows(resource, built):
        return
    line = f"is **replaced**{_because(resource, built)}"
    line += ": the old one is deleted, the new one has another id"
    if resource.state.protect:
        line += "; it is protected, so Pulumi will refuse"
    elif resource.own == "Dataset" and resource.state.inputs.get("force_destroy"):
        line += "; **its data go with it**"
    elif resource.own == DATAFLOW and not any(_reads_again(resource, built)):
        line += " and goes on where the old one ended"
    flows = built.flows(resource)
    if flows:
        line += f"; built on it: {touched(flows)}"
    yield line


def _goes_with_its_flows(resource: Resource, built: Dependents) -> bool:
    """Tell what exists for dataflows alone, and needs no line where these have one."""
    plain = resource.own in _FLOW_ENDS.values() and not resource.state.protect
    flows = built.flows(resource) if plain else []
    return bool(flows) and all(flow.action in (Action.DELETE, Action.REPLACE) for flow in flows)


def _because(resource: Resource, built: Dependents) -> str:
    """Return the reasons of a replacement: where another replacement is one, the reasons of that."""
    reasons = []
    for name in _reasons(resource):
        end = built.with_id(resource.old.inputs.get(name)) if name in _FLOW_ENDS and resource.old else None
        if end is not None and end.reasons:
            reasons += [f"{_list(end.reasons)} of {kind_of(end.kind)} {code(short(end.name))}"]
        else:
            reasons += [code(name)]
    several = len(reasons) > 1 or ", " in "".join(reasons)
    return f" because {', '.join(reasons)} {'change' if several else 'changes'}" if reasons else ""


def _reasons(resource: Resource) -> Sequence[str]:
    # The single document has none where what is replaced is only what a resource is built on.
    return resource.reasons or [field.name for field in resource.field(*_FLOW_ENDS)]


def _moved(resource: Resource, _: Dependents) -> Iterator[str]:
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


def _reads_again(resource: Resource, built: Dependents) -> Iterator[str]:
    if resource.own != DATAFLOW:
        return
    if resource.action is Action.REPLACE:
        schedule = schedule_of(resource.new.inputs if resource.new else {})
        if schedule.get("backfill") is True or schedule.get("frequency") == "once":
            yield "starts anew with all rows: it **reads its whole history again**"
        elif resource.field("name", "suffix"):
            yield "gets another name, by which it does not find its predecessor: it **reads its whole history again**"
        elif {"target_connection_id", "sandbox"} & set(_reasons(resource)):
            yield from _fills_another(resource, built)
    elif resource.action is Action.UPDATE:
        paths = [field.path for field in resource.fields if field.path in _WHICH_ROWS]
        if paths:
            yield f"changes {_list(paths)}: check **which rows it reads again**"


def _fills_another(flow: Resource, built: Dependents) -> Iterator[str]:
    target = built.with_id(flow.old.inputs.get("target_connection_id") if flow.old else None)
    if "sandbox" in flow.reasons or (target is not None and "dataset_id" in target.reasons):
        yield "fills another dataset: it **reads its whole history again** into it"
    elif target is None or target.action is not Action.REPLACE:
        yield "fills another target: if that is another dataset, it **reads its whole history again** into it"


def _brings_less(resource: Resource, _: Dependents) -> Iterator[str]:
    if resource.own != "MappingSet" or resource.action not in (Action.UPDATE, Action.REPLACE):
        return
    dropped = sorted(last(field.path) for field in resource.field("mappings") if field.after is None)
    if dropped:
        yield f"**no longer fills** {_list(dropped)}: rows arrive without {'it' if len(dropped) == 1 else 'them'}"


def _runs_less(resource: Resource, _: Dependents) -> Iterator[str]:
    if resource.own != DATAFLOW or resource.old is None or resource.new is None or not resource.field("schedule"):
        return
    old, new = schedule_of(resource.old.inputs), schedule_of(resource.new.inputs)
    before, after = minutes_between(old), minutes_between(new)
    if before is not None and after is not None and after > before:
        yield f"runs **less often**: {rhythm(old)} → {rhythm(new)}"


def _disabled(resource: Resource, _: Dependents) -> Iterator[str]:
    if resource.own != DATAFLOW or resource.action is Action.SAME:
        return
    for field in resource.field("enabled", "state"):
        if field.after in ("false", "disabled", "draft"):
            yield "is **disabled**: no data arrive while it is" if field.before else "is made, but **disabled**"


def _rotated(resource: Resource, built: Dependents) -> Iterator[str]:
    if not resource.own or resource.action is not Action.UPDATE:
        return
    names = [field.name for field in resource.field(*_CREDENTIALS)]
    if names:
        line = f"gets another credential: {_list(names)} {'rotates' if len(names) == 1 else 'rotate'}"
        flows = built.flows(resource)
        yield f"{line}; used by {touched(flows)}" if flows else line


def _gone(resource: Resource, built: Dependents) -> Iterator[str]:
    if resource.action is Action.DELETE:
        line = "is **gone**: the next update makes a new one, with another id"
        flows = built.flows(resource)
        yield f"{line}; built on it: {touched(flows)}" if flows else line


def _forced(resource: Resource, _: Dependents) -> Iterator[str]:
    if resource.old is not None and any(field.after == "true" for field in resource.field("force_destroy")):
        yield "may be deleted **with its data** from then on"


def _migrates(resource: Resource, built: Dependents) -> Iterator[str]:
    """Say what a change of `via` means: which rows come twice, what takes over, and what undoes it."""
    if resource.own != DATAFLOW or resource.action not in (Action.CREATE, Action.DELETE):
        return
    target = built.with_id(resource.state.inputs.get("target_connection_id"))
    beside = [flow for flow in (built.flows(target) if target else []) if flow.urn != resource.urn]
    by_files = resource.state.inputs.get("via") == "landing-zone"
    other = [flow for flow in beside if (flow.state.inputs.get("via") == "landing-zone") != by_files]
    staying = [flow for flow in other if flow.action is not Action.DELETE]
    if not staying:
        return
    name = code(short(staying[0].name))
    if resource.action is Action.CREATE:
        yield f"fills the dataset **beside** {name}: rows come twice while both run; taking it out again undoes that"
    else:
        yield f"gives way to {name}, which fills the same dataset; declaring it again undoes that, and it goes on there"


def _for_profile(resource: Resource, _: Dependents) -> Iterator[str]:
    before, after = resource.old, resource.new
    if resource.own not in _HOLDS_DATA or after is None or after.inputs.get("profile") is not True:
        return
    if before is None or before.inputs.get("profile") is not True:
        yield "is enabled for **Real-Time Customer Profile**: Adobe never undoes that"


def _unlabelled(resource: Resource, _: Dependents) -> Iterator[str]:
    if resource.own != "Schema" or resource.new is None:
        return
    if resource.old is not None and not resource.field("fields", "labels"):
        return
    inputs = resource.new.inputs
    fields, labels = inputs.get("fields"), inputs.get("labels")
    if not isinstance(fields, Mapping) or is_unknown(labels):
        return
    labelled = labels if isinstance(labels, Mapping) else {}
    bare = [name for name in sorted(fields) if suggested_labels(name) and not labelled.get(name)]
    if bare:
        yield f"has **no label** on {_list(bare)}, which {'looks' if len(bare) == 1 else 'look'} personal"


def _renamed(preview: Preview) -> Iterator[str]:
    """A resource that goes while another of its kind comes is mostly one that was renamed without an alias."""
    gone = [item for item in preview.changes if item.own and item.action is Action.DELETE]
    made = [item for item in preview.changes if item.own and item.action is Action.CREATE]
    for old in gone:
        for new in made:
            if old.own == new.own and _called(old) == _called(new) is not None:
                names = [f"{kind_of(item.kind)} {code(short(item.name))}" for item in (old, new)]
                yield f"{names[0]} goes and {names[1]} comes with the same name: is it renamed? An alias keeps it"


def _called(resource: Resource) -> str | None:
    """Return the name that a resource has at Adobe; a schema's is called its title."""
    inputs = resource.state.inputs
    name = inputs.get("title") if resource.own == "Schema" else inputs.get("name")
    return name if isinstance(name, str) and not is_unknown(name) else None


def _renamed_in_place(resource: Resource, _: Dependents) -> Iterator[str]:
    if resource.own not in _HOLDS_DATA or resource.action not in (Action.UPDATE, Action.REPLACE):
        return
    if fields := resource.field("title", "name", "suffix"):
        changes = ", ".join(f"{code(field.path)} {_arrow(field)}" for field in fields)
        yield f"is **renamed** at Adobe: {changes}; whoever finds it by its name has to follow"


def _unprotected(preview: Preview) -> Found:
    # Pulumi counts this as no change, and a later delete goes through.
    for item in preview.resources:
        if item.old is not None and item.new is not None and item.old.protect and not item.new.protect:
            yield item, "**loses its protection**: from then on it can be deleted"


def _outputs(preview: Preview) -> Iterator[str]:
    gone = [field.path for field in preview.outputs if field.after is None]
    if gone:
        what, it = ("output", "it") if len(gone) == 1 else ("outputs", "them")
        yield f"The stack no longer gives the {what} {_list(gone)}: other stacks may read {it}"
    for field in preview.outputs:
        if field.path == "outputsVersion" and field.before and field.after not in (None, UNKNOWN):
            yield "The version of the stack's outputs changes: other stacks have to follow"


_RULES: tuple[Rule, ...] = (
    _deleted,
    _replaced,
    _moved,
    _reads_again,
    _brings_less,
    _renamed_in_place,
    _migrates,
    _for_profile,
    _unlabelled,
    _disabled,
    _runs_less,
    _rotated,
    _forced,
)
_DRIFT_RULES: tuple[Rule, ...] = (_gone, _moved, _renamed_in_place, _disabled)


def _arrow(field: Field) -> str:
    before, after = shortened(field.before or "", field.after or "")
    return f"{code(before or '')} → {code(after or '')}"


def _list(names: Sequence[str]) -> str:
    shown = [code(short(name)) for name in names[:_MOST_NAMES]]
    if len(names) > len(shown):
        shown.append(f"{len(names) - len(shown)} more")
    return ", ".join(shown)
