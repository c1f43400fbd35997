"""The review as Markdown: what matters first, the same for the same preview, never longer than a comment may be."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from zoho_adobe.review.dependents import Dependents
from zoho_adobe.review.fitting import Part, Rank, Section, fitted, size
from zoho_adobe.review.model import Action, Field, Message, Preview, Resource
from zoho_adobe.review.schedules import minutes_between, rhythm, schedule_of
from zoho_adobe.review.second_look import second_look, touched
from zoho_adobe.review.text import block, code, count, html_code, prose, short, shortened
from zoho_adobe.review.values import UNKNOWN, is_tree, is_unknown

MARKER = "<!-- zoho-adobe review -->"
"""The first line of every review; the next one says of which project it is, so that the comment to edit is found."""

LIMIT = 65_000
"""The most characters a review has; GitHub takes 65,536, and whoever posts it may want to add a line."""

_MOST_COLUMNS = 20
_OURS = "zoho-adobe: "
_NOISE = "Exception calling application: "
_LONGEST_PROBLEM = 300
_ORDER = (Action.DELETE, Action.REPLACE, Action.UPDATE, Action.CREATE, Action.IMPORT)
_RANKS = {
    Action.DELETE: Rank.GONE,
    Action.REPLACE: Rank.GONE,
    Action.UPDATE: Rank.CHANGED,
    Action.CREATE: Rank.MADE,
    Action.IMPORT: Rank.MADE,
}
_SIGNS = {Action.DELETE: "-", Action.REPLACE: "±", Action.UPDATE: "~", Action.CREATE: "+", Action.IMPORT: "="}
_DRIFT_WORDS = {Action.DELETE: "gone", Action.UPDATE: "changed"}


def render(previews: Sequence[Preview], *, drift: bool = False, limit: int = LIMIT, where: str = "") -> str:
    """Write the review of one or more previews.

    Args:
        previews: the previews, in the order they are shown.
        drift: whether they show what happened at the services, and not what an update would do.
        limit: the most characters the text may have.
        where: what tells this project from others of its repository, where the previews do not name it.

    Returns:
        Markdown, ending in a newline.
    """
    first = MARKER + (f"\n{identity(where)}" if where else "")
    room = limit - size(first) - 3
    parts = [Part(f"## {_headline(item, drift=drift)}", list(_sections(item, drift=drift))) for item in previews]
    if sum(size(part.head) + 100 for part in parts) > room:
        return f"{first}\n\n{_by_project(previews, room, drift=drift)}\n"
    return "\n\n".join([first, *fitted(parts, room)]) + "\n"


def identity(where: str) -> str:
    """Write the line that tells the reviews of several projects in one repository apart.

    Args:
        where: the project and its folder.

    Returns:
        A comment that nobody sees.
    """
    # Two hyphens would end the comment.
    return f"<!-- of {quote(where, safe='/ ').replace('--', '%2D%2D')} -->"


def _by_project(previews: Sequence[Preview], room: int, *, drift: bool) -> str:
    """Name so many stacks that nothing else fits, each with what would happen to it, the weightiest first."""
    projects: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for preview in previews:
        project, _, stack = preview.title.rpartition("/")
        notes = second_look(preview, Dependents(preview), drift=drift)
        looks = f", **{len(notes)} to look at**" if notes else ""
        weight = 0 if preview.failed else 1 if notes else 2
        projects[project].append((weight, f"* {code(short(stack))}: {_summary(preview, drift=drift)}{looks}"))
    lines = [f"## {'Drift' if drift else 'Previews'} of {count(len(previews), 'stack')}"]
    for project, stacks in projects.items():
        lines += [f"\n### {code(short(project))}\n", *(line for _, line in sorted(stacks, key=lambda item: item[0]))]
    left_out = 0
    while sum(size(line) + 1 for line in lines) > room - 100:
        left_out += lines.pop().startswith("* ")
    return "\n".join(
        [*lines, *([f"\n*{count(left_out, 'more stack')} left out: review fewer at once.*"] if left_out else [])]
    )


def _sections(preview: Preview, *, drift: bool) -> Iterator[Section]:
    dependents = Dependents(preview)
    errors = [item for item in preview.messages if item.severity in ("error", "info#err")]
    if preview.failed:
        why = f": {prose(preview.problem[:_LONGEST_PROBLEM])}" if preview.problem else ""
        failure = f"> [!CAUTION]\n> **It failed**: what follows is not all that would happen{why}."
        said = "\n".join(item.text.replace(_NOISE, "") for item in errors)
        shorter = [f"{failure}\n\n{block(_ends(said, most))}" for most in (4000, 400)]
        yield Section(Rank.FAILURE, *((f"{failure}\n\n{block(said)}", [*shorter, failure]) if said else (failure,)))
    notes = second_look(preview, dependents, drift=drift)
    if notes:
        shorter = [_notes(notes, most) for most in (30, 10, 3, 1)]
        yield Section(Rank.SECOND_LOOK, _notes(notes), [*shorter, f"> **{count(len(notes), 'thing')} to look at**"])
    said_by_us = [] if preview.failed else [item for item in errors if item.text.startswith(_OURS)]
    if said_by_us:
        yield Section(Rank.FAILURE, "\n".join(f"* {prose(item.text.removeprefix(_OURS))}" for item in said_by_us))
    for resource in sorted(preview.changes, key=lambda item: _ORDER.index(item.action)):
        head, text = _resource(resource, dependents, drift=drift)
        yield Section(_RANKS[resource.action], text, [head])
    if preview.outputs and not drift:
        yield Section(Rank.REST, _outputs(preview.outputs))
    if preview.hidden and preview.changes and not drift:
        yield Section(
            Rank.REST,
            f"*{count(preview.hidden, 'unchanged resource')} not part of this preview, nor the dataflows among them: "
            "`--show-sames` adds them.*",
        )
    warnings = [item for item in preview.messages if item.severity == "warning"]
    if warnings:
        yield Section(Rank.REST, _warnings(warnings))


def _notes(notes: Sequence[str], most: int | None = None) -> str:
    shown = notes[:most]
    more = [f"{len(notes) - len(shown)} more"] if len(notes) > len(shown) else []
    lines = ["[!WARNING]", "**Needs a second look**", *(f"- {note}" for note in [*shown, *more])]
    return "\n".join(f"> {line}" for line in lines)


def _ends(text: str, most: int) -> str:
    """Shorten a long text in the middle: what went wrong is said at one of its ends."""
    return text if len(text) <= most else f"{text[: most // 2]}\n...\n{text[-most // 2 :]}"


def _headline(preview: Preview, *, drift: bool) -> str:
    # What is hidden from a drift run exists in the state alone.
    same = sum(item.action is Action.SAME for item in preview.resources) + (0 if drift else preview.hidden)
    title = f"{'Drift of' if drift else 'Preview of'} {code(short(preview.title))}: {_summary(preview, drift=drift)}"
    return f"{title}, {same} unchanged" if same and preview.changes else title


def _summary(preview: Preview, *, drift: bool) -> str:
    counts = Counter(item.action for item in preview.changes)
    verb = (lambda action: _DRIFT_WORDS.get(action, action.value)) if drift else (lambda action: f"to {action.value}")
    words = ", ".join(f"{counts[action]} {verb(action)}" for action in _ORDER if counts[action])
    if preview.failed:
        return f"**failed**, so far {words}" if words else "**no result**, it failed"
    if not words and not preview.outputs:
        return f"**{'no drift' if drift else 'nothing changes'}**"
    return f"**{words or 'only outputs change'}**"


def _resource(resource: Resource, dependents: Dependents, *, drift: bool) -> tuple[str, str]:
    """Return a resource in one line, and with all that is to be said of it."""
    sign = _SIGNS[resource.action]
    if resource.action in (Action.CREATE, Action.IMPORT):
        # One line each: a new table alone is seven resources.
        name = resource.state.inputs.get("name") or resource.state.inputs.get("title")
        called = f" named {html_code(short(name))}" if isinstance(name, str) and not is_unknown(name) else ""
        title = f"{sign} {html_code(short(resource.kind), tag='')} {html_code(short(resource.name))}"
        folded = _folded(
            f"{title}{called}{_what_it_brings(resource)}", _values(resource.fields) if resource.fields else "No fields."
        )
        return f"{sign} {prose(short(resource.kind))} {code(short(resource.name))}", folded
    lines = [f"### {sign} {prose(short(resource.kind))} {code(short(resource.name))}"]
    facts = [code(short(resource.state.id))] if resource.state.id else []
    flows = touched(dependents.flows(resource))
    facts += [f"touches {flows}"] if flows else []
    if facts:
        lines.append(" · ".join(facts))
    head = "\n\n".join(lines)
    if resource.fields:
        lines.append(_changes(resource.fields, *(("in the state", "as it is") if drift else ("before", "after"))))
    elif resource.action is Action.UPDATE:
        lines.append("No field that the program sets changes.")
    if resource.own == "Schema" and any(field.after is None for field in resource.field("fields", "field_groups")):
        lines.append("What is no longer set stays in the schema at Adobe: a schema in use can only grow.")
    return head, "\n\n".join(lines)


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
