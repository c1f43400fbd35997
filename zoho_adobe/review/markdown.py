"""The review as Markdown: what matters first, the same for the same preview, never longer than a comment may be."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterator, Sequence

from zoho_adobe.review.dependents import Dependents
from zoho_adobe.review.model import Action, Field, Message, Preview, Resource
from zoho_adobe.review.schedules import minutes_between, rhythm, schedule_of
from zoho_adobe.review.second_look import second_look, touched
from zoho_adobe.review.text import block, code, count, html_code, prose, shortened
from zoho_adobe.review.values import UNKNOWN, is_tree, is_unknown

MARKER = "<!-- zoho-adobe review -->"
"""The first line of every review: whoever posts it finds the comment to edit by it."""

LIMIT = 65_000
"""The most characters a review has; GitHub takes 65,536, and whoever posts it may want to add a line."""

_MOST_NOTES = 30
_MOST_COLUMNS = 20
_OURS = "zoho-adobe: "
_NOISE = "Exception calling application: "
_LEFT_OUT_LINE = 200
_ORDER = (Action.DELETE, Action.REPLACE, Action.UPDATE, Action.CREATE, Action.IMPORT)
_SIGNS = {Action.DELETE: "-", Action.REPLACE: "±", Action.UPDATE: "~", Action.CREATE: "+", Action.IMPORT: "="}
_DRIFT_WORDS = {Action.DELETE: "gone", Action.UPDATE: "changed"}


def render(previews: Sequence[Preview], *, drift: bool = False, limit: int = LIMIT) -> str:
    """Write the review of one or more previews.

    Args:
        previews: the previews, in the order they are shown.
        drift: whether they show what happened at the services, and not what an update would do.
        limit: the most characters the text may have; each preview gets its share.

    Returns:
        Markdown, ending in a newline.
    """
    share = (limit - _size(MARKER)) // max(1, len(previews))
    parts = [_fitted(list(_sections(preview, drift=drift)), share) for preview in previews]
    return "\n\n".join([MARKER, *parts]) + "\n"


def _fitted(sections: list[str], share: int) -> str:
    kept: list[str] = []
    room = share - _LEFT_OUT_LINE
    for section in sections:
        room -= _size(section) + 2
        if room < 0:
            break
        kept.append(section)
    left_out = len(sections) - len(kept)
    if left_out:
        what = count(left_out, "more section")
        kept.append(f"*{what} left out, as a comment cannot be longer: `pulumi preview --diff` shows all.*")
    return "\n\n".join(kept)


def _sections(preview: Preview, *, drift: bool) -> Iterator[str]:
    dependents = Dependents(preview)
    yield f"## {_headline(preview, drift=drift)}"
    errors = [item for item in preview.messages if item.severity in ("error", "info#err")]
    if preview.failed:
        yield "> [!CAUTION]\n> **It failed**: what follows is not all that would happen."
        if errors:
            yield block("\n".join(item.text.replace(_NOISE, "") for item in errors))
    notes = second_look(preview, dependents, drift=drift)
    if notes:
        more = [f"{len(notes) - _MOST_NOTES} more"] if len(notes) > _MOST_NOTES else []
        lines = ["[!WARNING]", "**Needs a second look**", *(f"- {note}" for note in [*notes[:_MOST_NOTES], *more])]
        yield "\n".join(f"> {line}" for line in lines)
    said = [] if preview.failed else [item for item in errors if item.text.startswith(_OURS)]
    if said:
        yield "\n".join(f"* {prose(item.text.removeprefix(_OURS))}" for item in said)
    for resource in sorted(preview.changes, key=lambda item: _ORDER.index(item.action)):
        yield _resource(resource, dependents, drift=drift)
    if preview.outputs and not drift:
        yield _outputs(preview.outputs)
    if preview.hidden and preview.changes and not drift:
        yield (
            f"*{count(preview.hidden, 'unchanged resource')} not part of this preview, nor the dataflows among them: "
            "`--show-sames` adds them.*"
        )
    warnings = [item for item in preview.messages if item.severity == "warning"]
    if warnings:
        yield _warnings(warnings)


def _headline(preview: Preview, *, drift: bool) -> str:
    counts = Counter(item.action for item in preview.changes)
    verb = (lambda action: _DRIFT_WORDS.get(action, action.value)) if drift else (lambda action: f"to {action.value}")
    words = [f"{counts[action]} {verb(action)}" for action in _ORDER if counts[action]]
    # What is hidden from a drift run exists in the state alone.
    same = sum(item.action is Action.SAME for item in preview.resources) + (0 if drift else preview.hidden)
    if preview.failed and not words:
        summary = "no result"
    elif not words and not preview.outputs:
        summary = "no drift" if drift else "nothing changes"
    else:
        summary = ", ".join(words) or "only outputs change"
    title = f"{'Drift of' if drift else 'Preview of'} {code(preview.title)}: **{summary}**"
    return f"{title}, {same} unchanged" if same and words else title


def _resource(resource: Resource, dependents: Dependents, *, drift: bool) -> str:
    sign = _SIGNS[resource.action]
    if resource.action in (Action.CREATE, Action.IMPORT):
        # One line each: a new table alone is seven resources.
        name = resource.state.inputs.get("name") or resource.state.inputs.get("title")
        called = f" named {html_code(name)}" if isinstance(name, str) and not is_unknown(name) else ""
        title = f"{sign} {html.escape(resource.kind)} {html_code(resource.name)}{called}{_what_it_brings(resource)}"
        return _folded(title, _values(resource.fields) if resource.fields else "No fields.")
    lines = [f"### {sign} {prose(resource.kind)} {code(resource.name)}"]
    facts = [code(resource.state.id)] if resource.state.id else []
    flows = touched(dependents.flows(resource))
    facts += [f"touches {flows}"] if flows else []
    if facts:
        lines.append(" · ".join(facts))
    if resource.fields:
        lines.append(_changes(resource.fields, *(("in the state", "as it is") if drift else ("before", "after"))))
    elif resource.action is Action.UPDATE:
        lines.append("No field that the program sets changes.")
    if resource.own == "Schema" and any(field.after is None for field in resource.field("fields", "field_groups")):
        lines.append("What is not set any more stays in the schema at Adobe: a schema in use can only grow.")
    return "\n\n".join(lines)


def _what_it_brings(resource: Resource) -> str:
    """Say of a new table what there is to decide about it: which columns come, and how often."""
    inputs = resource.state.inputs
    columns, schedule = inputs.get("columns"), schedule_of(inputs)
    if resource.own == "SourceConnection" and is_tree(columns):
        names = [html_code(name) for name in sorted(columns)[:_MOST_COLUMNS]]
        more = [f"{len(columns) - len(names)} more"] if len(columns) > len(names) else []
        return f" with {', '.join([*names, *more])}"
    if resource.own == "Dataflow" and minutes_between(schedule) is not None:
        return f", {rhythm(schedule)}"
    return ""


def _outputs(outputs: Sequence[Field]) -> str:
    # That an output may change with each update is no news; that it goes, comes or gets another value is.
    vague = [field for field in outputs if field.after == UNKNOWN]
    lines = ["### Outputs of the stack"]
    if clear := [field for field in outputs if field not in vague]:
        is_first = all(field.before is None for field in outputs)
        lines.append(_values(clear) if is_first else _changes(clear, "before", "after"))
    for words, new in (("Known after the update", True), ("May change with the update", False)):
        if names := [code(field.path) for field in vague if (field.before is None) is new]:
            lines.append(f"{words}: {', '.join(names)}")
    return "\n\n".join(lines)


def _values(fields: Sequence[Field]) -> str:
    rows = [f"| {code(field.path)} | {_value(field, field.after)} |" for field in fields]
    return "\n".join(["| field | value |", "|---|---|", *rows])


def _changes(fields: Sequence[Field], before_word: str, after_word: str) -> str:
    rows = []
    for field in fields:
        before, after = shortened(field.before, field.after)
        rotates = ", rotates" if field.secret and before is not None and after is not None else ""
        rows.append(f"| {code(field.path)} | {_value(field, before)} | {_value(field, after)}{rotates} |")
    return "\n".join([f"| field | {before_word} | {after_word} |", "|---|---|---|", *rows])


def _value(field: Field, value: str | None) -> str:
    if value is None:
        return "*(not set)*"
    if value == UNKNOWN:
        return f"*{UNKNOWN}*"
    return "[secret]" if field.secret else code(shortened(None, value)[1] or "")


def _warnings(warnings: Sequence[Message]) -> str:
    return _folded(count(len(warnings), "warning"), block("\n".join(sorted(item.text for item in warnings))))


def _folded(summary: str, text: str) -> str:
    return f"<details><summary>{summary}</summary>\n\n{text}\n\n</details>"


def _size(text: str) -> int:
    # Characters outside of the basic plane may count twice.
    return len(text.encode("utf-16-le")) // 2
