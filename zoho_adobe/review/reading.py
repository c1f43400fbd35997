"""Reads both forms of Pulumi's JSON: the document of a preview, and the stream of events of any command.

The document leaves out resources that stay as they are (unless `--show-sames` is given) and the stack's outputs; the
stream (`PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true`) leaves out dependencies. Either is enough for a review.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from zoho_adobe.review.model import STACK_TYPE, Action, Field, Message, Preview, Resource, State
from zoho_adobe.review.values import ABSENT, at, below, is_secret, is_tree, named_like_a_secret, shown

# A replacement is several steps in the stream; the strongest word for a resource counts.
_ACTIONS = {
    "same": Action.SAME,
    "read": Action.SAME,
    "refresh": Action.SAME,
    "read-replacement": Action.SAME,
    "discard": Action.SAME,
    "discard-replaced": Action.SAME,
    "remove-pending-replace": Action.SAME,
    "create": Action.CREATE,
    "update": Action.UPDATE,
    "delete": Action.DELETE,
    "replace": Action.REPLACE,
    "create-replacement": Action.REPLACE,
    "delete-replaced": Action.REPLACE,
    "import": Action.IMPORT,
    "import-replacement": Action.REPLACE,
}
_COUNTED = ("create", "update", "delete", "replace", "import")
# With `--show-replacement-steps` these stand in the place of "replace"; Pulumi counts one replacement all the same.
_PARTS_OF_A_REPLACEMENT = ("replace", "create-replacement", "delete-replaced")
_STRENGTH = (Action.SAME, Action.UPDATE, Action.IMPORT, Action.CREATE, Action.DELETE, Action.REPLACE)
_DAMAGED = "Pulumi says that its own list of changes may be damaged"
_SEVERITIES = ("warning", "error", "info#err")

# What the packages of this project add for themselves; no reviewer has a use for it.
_HIDDEN_FIELDS = ("__provider", "__defaults", "__internal")


class NotAPreviewError(ValueError):
    """The text is not what `pulumi preview --json` prints."""


@dataclass
class _Seen:
    """One resource while its steps are read."""

    action: Action = Action.SAME
    step: dict[str, Any] = field(default_factory=dict)
    outputs: tuple[Mapping[str, Any], Mapping[str, Any]] | None = None


def read(text: str, source: str) -> Preview:
    """Read what a Pulumi command printed with `--json`.

    Args:
        text: its standard output; empty where the command failed before it could say anything. One that is cut off
            or that lacks changes which Pulumi counts is a preview that failed.
        source: what to call the preview if it names no stack.

    Returns:
        The preview.

    Raises:
        NotAPreviewError: the text is something else.
    """
    if not text.strip():
        return Preview(source, failed=True, problem="Pulumi printed nothing: its log says why")
    try:
        document = _document(text, source)
        return _of_stream(text, source) if document is None else _of_document(document, source)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        if isinstance(error, NotAPreviewError):
            raise
        raise NotAPreviewError(f"{source}: this is not what `pulumi preview --json` prints") from error


def _document(text: str, source: str) -> dict[str, Any] | None:
    """Return the document, or None where the text is a stream of events."""
    try:
        found = json.loads(text)
    except ValueError:
        # A document starts with a brace alone in its line, and an event fills its line.
        return {"cut": True} if text.lstrip().split("\n", 1)[0].strip() == "{" else None
    if not isinstance(found, dict) or not found.keys() & {"steps", "changeSummary", "diagnostics", "sequence"}:
        raise NotAPreviewError(f"{source}: this JSON is not what `pulumi preview --json` prints")
    return None if "sequence" in found else found


def _of_document(document: Mapping[str, Any], source: str) -> Preview:
    if "cut" in document:
        return Preview(source, failed=True, problem="it is cut off: the JSON has no end")
    steps, summary = document.get("steps") or [], document.get("changeSummary") or {}
    messages = [(item.get("severity", ""), item.get("message", "")) for item in document.get("diagnostics") or []]
    if not summary:
        problem = "it is not whole: Pulumi's own count of the changes is missing"
    else:
        problem = _DAMAGED if document.get("maybeCorrupt") else _missing(steps, summary)
    return _preview(steps, messages, summary, problem=problem, source=source)


def _of_stream(text: str, source: str) -> Preview:
    events, cut = _events(text, source)
    steps = list(_event_steps(events))
    messages = [
        (item["severity"], item.get("prefix", "") + item["message"])
        for item in (event.get("diagnosticEvent") or {} for event in events)
        if item and not item.get("ephemeral")
    ]
    summaries = [event["summaryEvent"] for event in events if event.get("summaryEvent")]
    if not summaries or cut:
        problem = "it is cut off: the stream of events has no end"
    elif events[0].get("sequence") != 0:
        problem = "it is cut off: the stream of events has no beginning"
    elif any(one["sequence"] >= other["sequence"] for one, other in itertools.pairwise(events)):
        problem = "it is not one preview: the events are not in their order"
    elif summaries[-1].get("result", "succeeded") != "succeeded":
        problem = f"Pulumi says that it {summaries[-1]['result']}"
    elif summaries[-1].get("maybeCorrupt"):
        problem = _DAMAGED
    else:
        problem = _missing([step for step in steps if not step["outputs"]], summaries[-1].get("resourceChanges") or {})
    return _preview(steps, messages, {}, problem=problem, source=source)


def _events(text: str, source: str) -> tuple[list[dict[str, Any]], bool]:
    """Return the events, and whether the last one is cut off."""
    # Not `splitlines`: a name in an event may hold any other separator of lines.
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    events: list[dict[str, Any]] = []
    for number, line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            event = None
        if isinstance(event, dict) and "sequence" in event:
            events.append(event)
        elif event is None and number == lines[-1][0] and line.startswith("{"):
            return events, True
        else:
            raise NotAPreviewError(f"{source}, line {number}: neither a preview in JSON nor a stream of its events")
    return events, False


def _missing(steps: Sequence[Mapping[str, Any]], summary: Mapping[str, Any]) -> str:
    """Compare the changes with Pulumi's own count of them."""
    ops = Counter(str(step.get("op")) for step in steps)
    if ops["refresh"] and not any(_type(step) == STACK_TYPE and step.get("op") != "refresh" for step in steps):
        # A refresh alone counts what it found under other words. One that comes before a preview counts nothing.
        return (
            "" if sum(map(int, summary.values())) <= len(steps) else "it is not whole: Pulumi counts more than is here"
        )
    found = {**ops, "replace": max(ops[op] for op in _PARTS_OF_A_REPLACEMENT)}
    missing = [op for op in _COUNTED if int(summary.get(op, 0)) > found.get(op, 0)]
    return f"it is not whole: Pulumi counts more to {' and to '.join(missing)} than there are here" if missing else ""


def _event_steps(events: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Bring the events that are about a resource into the shape of the document's steps."""
    for event in events:
        for kind in ("resourcePreEvent", "resOutputsEvent"):
            metadata = (event.get(kind) or {}).get("metadata")
            if metadata:
                yield {
                    "op": metadata.get("op"),
                    "urn": metadata.get("urn"),
                    "oldState": metadata.get("old"),
                    "newState": metadata.get("new"),
                    "diffReasons": metadata.get("diffs"),
                    "replaceReasons": metadata.get("keys"),
                    "detailedDiff": metadata.get("detailedDiff"),
                    "outputs": kind == "resOutputsEvent",
                }


def _preview(
    steps: Iterable[Mapping[str, Any]],
    messages: Iterable[tuple[str, str]],
    summary: Mapping[str, Any],
    *,
    problem: str,
    source: str,
) -> Preview:
    seen: dict[str, _Seen] = {}
    for step in steps:
        _add(seen.setdefault(str(step.get("urn")), _Seen()), step)
    resources = sorted(
        (_resource(urn, item) for urn, item in _settled(seen).items() if _type(item.step) != STACK_TYPE),
        key=lambda item: (item.kind, item.name, item.urn),
    )
    stacks = [(urn, item) for urn, item in seen.items() if _type(item.step) == STACK_TYPE]
    unique = dict.fromkeys(Message(severity, text.strip()) for severity, text in messages if text.strip())
    shown_messages = [item for item in unique if item.severity in _SEVERITIES]
    named = sum(item.action is Action.SAME for item in resources)
    return Preview(
        title=_title(next(iter(seen), ""), source),
        resources=resources,
        outputs=[item for _, stack in stacks for item in _output_fields(stack)],
        messages=shown_messages,
        failed=bool(problem) or any(item.severity == "error" for item in shown_messages),
        problem=problem,
        hidden=max(0, int(summary.get("same", 0)) - named - len(stacks)),
    )


def _add(seen: _Seen, step: Mapping[str, Any]) -> None:
    op = str(step.get("op"))
    action = _ACTIONS.get(op, Action.UPDATE)
    if not seen.step or _STRENGTH.index(action) > _STRENGTH.index(seen.action):
        seen.action, seen.step = action, {**seen.step, **{key: value for key, value in step.items() if value}}
    elif _STRENGTH.index(action) == _STRENGTH.index(seen.action) and op != "delete-replaced":
        # Later steps of a replacement know the new state, and a later `refresh` the new outputs.
        seen.step = {**seen.step, **{key: value for key, value in step.items() if value}}
    if step.get("outputs"):
        old, new = step.get("oldState") or {}, step.get("newState") or {}
        seen.outputs = (old.get("outputs") or {}, new.get("outputs") or {})


def _settled(seen: Mapping[str, _Seen]) -> dict[str, _Seen]:
    """Tell what is deleted for a replacement that never comes from what comes by another name, through an alias."""
    settled = {}
    renamed = {_old_id(item) for item in seen.values() if item.action is Action.REPLACE and item.step.get("newState")}
    for urn, item in seen.items():
        if item.action is Action.REPLACE and not item.step.get("newState"):
            if _old_id(item) in renamed:
                continue
            item.action = Action.DELETE
        settled[urn] = item
    return settled


def _old_id(seen: _Seen) -> str:
    return str((seen.step.get("oldState") or {}).get("id") or "")


def _type(step: Mapping[str, Any]) -> str:
    state = step.get("newState") or step.get("oldState") or {}
    return str(state.get("type", ""))


def _title(urn: str, source: str) -> str:
    parts = urn.split("::")
    return f"{parts[1]}/{parts[0].rsplit(':', 1)[-1]}" if len(parts) > 2 else source


def _resource(urn: str, seen: _Seen) -> Resource:
    step = seen.step
    old = None if seen.action in (Action.CREATE, Action.IMPORT) else _state(step.get("oldState"))
    new = None if seen.action is Action.DELETE else _state(step.get("newState"))
    fields: list[Field] = []
    if seen.action in (Action.UPDATE, Action.REPLACE):
        fields = sorted(_changed_fields(step), key=lambda item: item.path)
    elif seen.action in (Action.CREATE, Action.IMPORT) and new is not None:
        fields = sorted(_new_fields(new), key=lambda item: item.path)
    return Resource(urn, _type(step), seen.action, old, new, fields, sorted(set(step.get("replaceReasons") or ())))


def _state(raw: Mapping[str, Any] | None) -> State | None:
    if raw is None:
        return None
    by_property = raw.get("propertyDependencies") or {}
    return State(
        id=str(raw.get("id") or ""),
        inputs=raw.get("inputs") or {},
        outputs=raw.get("outputs") or {},
        parent=str(raw.get("parent") or ""),
        dependencies=frozenset(raw.get("dependencies") or ()).union(*(urns or () for urns in by_property.values())),
        protect=bool(raw.get("protect")),
        retain=bool(raw.get("retainOnDelete")),
    )


def _changed_fields(step: Mapping[str, Any]) -> Iterator[Field]:
    old, new = step.get("oldState") or {}, step.get("newState") or {}
    old_inputs, new_inputs = old.get("inputs") or {}, new.get("inputs") or {}
    diff: Mapping[str, Any] = step.get("detailedDiff") or {}
    paths = list(diff) or step.get("diffReasons") or _different(old_inputs, new_inputs)
    for path in paths:
        if path.split(".")[0].split("[")[0] in _HIDDEN_FIELDS:
            continue
        from_outputs = path in diff and not diff[path].get("inputDiff", True)
        before, after = at(old.get("outputs") or {} if from_outputs else old_inputs, path), at(new_inputs, path)
        if before is ABSENT and after is ABSENT:
            before = at(old.get("outputs") or {}, path)
        yield _field(path, before, after)


def _different(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    return [key for key in {**old, **new} if old.get(key, ABSENT) != new.get(key, ABSENT)]


def _new_fields(new: State) -> Iterator[Field]:
    for key, value in new.inputs.items():
        if key not in _HIDDEN_FIELDS and value is not None:
            yield _field(key, ABSENT, value)


def _output_fields(stack: _Seen) -> list[Field]:
    if stack.outputs is None:
        return []
    return list(_output_fields_below("", *stack.outputs))


def _output_fields_below(path: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Field]:
    """Look into outputs that are dictionaries: one table more or less is what a reviewer has to see."""
    for key in sorted(_different(old, new)):
        where, before, after = below(path, key), old.get(key, ABSENT), new.get(key, ABSENT)
        if is_tree(after) and before is ABSENT:
            yield from _output_fields_below(where, {}, after)
        elif is_tree(after) and is_tree(before):
            yield from _output_fields_below(where, before, after)
        else:
            yield _field(where, before, after)


def _field(path: str, before: Any, after: Any) -> Field:
    masked = named_like_a_secret(path) or is_secret(before) or is_secret(after)
    return Field(path, shown(before, path), shown(after, path), secret=masked)
