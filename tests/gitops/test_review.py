"""The review says what a reviewer has to know, shows no secret, and takes whatever names and types there are."""

from __future__ import annotations

import json
import random
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.gitops.previews import (
    CONNECTION,
    FLOW,
    SECRET,
    SOURCE,
    STACK,
    UNKNOWN,
    document,
    same,
    state,
    step,
    stream,
    update,
    urn,
)
from zoho_adobe.cli import main
from zoho_adobe.review import LIMIT, MARKER, NotAPreviewError, read, render


def review(text: str, **options: Any) -> str:
    """Review one preview."""
    return render([read(text, "test")], **options)


def notes(text: str, **options: Any) -> list[str]:
    """Return what needs a second look."""
    return [line.removeprefix("> - ") for line in review(text, **options).splitlines() if line.startswith("> - ")]


TARGET = state("TargetConnection", "target", "target-1", dataset_id="d")
FILLING = state("Dataflow", "filling", "filling-1", target_connection_id="target-1")


def test_nothing_changes() -> None:
    assert review(document(same(CONNECTION))) == (f"{MARKER}\n\n## Preview of `zoho-adobe/prod`: **nothing changes**\n")


def test_both_forms_of_json_give_the_same_review() -> None:
    steps = (
        update(CONNECTION, client_secret="[secret]", name="CRM"),
        same(SOURCE),
        same(FLOW),
        step("create", None, state("Dataset", "leads", name="Leads", schema=UNKNOWN)),
    )
    assert review(document(*steps)) == review(stream(*steps))


def test_a_rotation_names_the_field_and_the_dataflows() -> None:
    text = document(update(CONNECTION, client_secret="[secret]"), same(SOURCE), same(FLOW))
    assert notes(text) == [
        "BaseConnection `zoho-crm` gets another credential: `client_secret` rotates; used by 1 dataflow: `contacts`"
    ]
    assert "| `client_secret` | [secret] | [secret], rotates |" in review(text)
    assert "touches 1 dataflow: `contacts`" in review(text)


def test_a_replacement_names_its_reason_and_what_is_built_on_it() -> None:
    replaced = update(CONNECTION, op="replace", sandbox="stage") | {"replaceReasons": ["sandbox"]}
    anew = {"source_connection_id": UNKNOWN, "schedule": {"frequency": "hour", "interval": 1, "backfill": True}}
    flow = update(FLOW, op="replace", **anew) | {"replaceReasons": ["source_connection_id"]}
    found = notes(stream(replaced, update(SOURCE, op="replace", base_connection_id=UNKNOWN), flow))
    assert found[0].startswith("BaseConnection `zoho-crm` is **replaced** because `sandbox` changes")
    assert found[0].endswith("built on it: 1 dataflow: `contacts`")
    assert "BaseConnection `zoho-crm` moves at Adobe: `sandbox` `prod` → `stage`" in found
    assert "Dataflow `contacts` starts anew with all rows: it **reads its whole history again**" in found


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([update(CONNECTION, data_center="eu")], "moves at Zoho: data center `us` → `eu`"),
        ([step("delete", CONNECTION, None), same(SOURCE), same(FLOW)], "still built on it: 1 dataflow: `contacts`"),
        ([step("delete", {**CONNECTION, "protect": True}, None)], "it is protected, so Pulumi will refuse"),
        ([step("delete", {**CONNECTION, "retainOnDelete": True}, None)], "leaves the stack but **stays at Adobe**"),
        ([step("delete", state("Dataset", "d", "1"), None)], "is **deleted**, which is refused while it holds data"),
        (
            [step("delete", state("Dataset", "d", "1", force_destroy=True), None)],
            "is **deleted with all its data**",
        ),
        ([update(state("Dataset", "d", "1"), force_destroy=True)], "may be deleted **with its data** from then on"),
        ([update(FLOW, enabled=False)], "Dataflow `contacts` is **disabled**"),
        ([update(FLOW, "schedule.start", schedule={"start": 1})], "check **which rows it reads again**"),
        ([update(FLOW, op="replace", schedule={"frequency": "once"})], "**reads its whole history again**"),
        (
            [update(FLOW, op="replace", target_connection_id="t") | {"replaceReasons": ["target_connection_id"]}],
            "if that is another dataset, it **reads its whole history again**",
        ),
        (
            [update(FLOW, "schedule.frequency", schedule={"frequency": "week", "interval": 1})],
            "Dataflow `contacts` runs **less often**: every hour → every week",
        ),
        (
            [update(FLOW, "schedule", op="replace", schedule={"frequency": "once"})],
            "runs **less often**: every hour → once",
        ),
        (
            [update(FLOW, op="replace", source_connection_id=UNKNOWN) | {"replaceReasons": ["source_connection_id"]}],
            "the new one has another id and goes on where the old one ended",
        ),
        ([update(FLOW, op="replace", name="other")], "does not find its predecessor: it **reads its whole history"),
        (
            [update(state("MappingSet", "m", "1"), "mappings.b", 'mappings["_tenant.a"]', op="replace", mappings={})],
            "MappingSet `m` **no longer fills** `_tenant.a`, `b`: rows arrive without them",
        ),
        (
            [update(state("Dataset", "d", "1", force_destroy=True), op="replace", schema_id="s")],
            "; **its data go with it**",
        ),
        ([step("same", {**CONNECTION, "protect": True}, CONNECTION)], "**loses its protection**"),
        (
            [
                step("delete", CONNECTION, None),
                step("create", None, {**CONNECTION, "urn": urn("BaseConnection", "crm"), "id": ""}),
            ],
            "is it renamed? An alias keeps it",
        ),
        (
            [
                step("delete", state("Schema", "a", "1", title="Leads"), None),
                step("create", None, state("Schema", "b", title="Leads")),
            ],
            "Schema `a` goes and Schema `b` comes with the same name: is it renamed?",
        ),
        (
            [update(state("Schema", "s", "1", title="Leads"), title="People")],
            "is **renamed** at Adobe: `title`",
        ),
        ([update(state("Dataset", "d", "1", name="Leads"), op="replace", name="L")], "is **renamed** at Adobe: `name`"),
        (
            [
                same(TARGET),
                same(FILLING),
                step("create", None, state("Dataflow", "files", target_connection_id="target-1", via="landing-zone")),
            ],
            "Dataflow `files` fills the dataset **beside** `filling`: rows come twice while both run",
        ),
        (
            [
                same(TARGET),
                step("delete", FILLING, None),
                same(state("Dataflow", "files", "f", target_connection_id="target-1", via="landing-zone")),
            ],
            "Dataflow `filling` gives way to `files`, which fills the same dataset",
        ),
        (
            [step("create", None, state("Schema", "s", title="Leads", profile=True))],
            "Schema `s` is enabled for **Real-Time Customer Profile**: Adobe never undoes that",
        ),
        (
            [update(state("Dataset", "d", "1"), profile=True)],
            "Dataset `d` is enabled for **Real-Time Customer Profile**",
        ),
        (
            [
                step(
                    "create",
                    None,
                    state("Schema", "s", fields={"email": "string", "mobile": "string", "stage": "string"}),
                )
            ],
            "Schema `s` has **no label** on `email`, `mobile`, which look personal",
        ),
        (
            [
                update(
                    state("Schema", "s", "1", fields={"stage": "string"}, labels={"stage": ["C2"]}),
                    fields={"stage": "string", "email": "string"},
                )
            ],
            "Schema `s` has **no label** on `email`, which looks personal",
        ),
        (
            [update(state("Dataset", "d", "1", suffix="0a"), suffix="0b")],
            "`suffix` `0a` → `0b`; whoever finds it by",
        ),
    ],
)
def test_what_needs_a_second_look(steps: list[dict[str, Any]], expected: str) -> None:
    assert any(expected in note for note in notes(document(*steps)))


@pytest.mark.parametrize(
    "steps",
    [
        [update(CONNECTION, name="CRM", description="ours")],
        [step("create", None, state("BaseConnection", "b", name="B", client_secret="[secret]"))],
        [step("delete", state("random:index/randomId:RandomId", "seed", "x"), None)],
        [update(FLOW, name="another name")],
        [step("delete", state("Table", "t", "1"), None)],
        [step("delete", state("IdentityNamespace", "n", "1"), None)],
        [step("delete", state("UsageLabel", "l", "1"), None)],
        [update(state("Schema", "s", "1", fields={"email": "string"}), description="ours")],
        [update(state("Dataset", "d", "1", profile=True), description="ours", profile=True)],
        [step("create", None, state("Schema", "s", fields={"email": "string"}, labels={"email": ["I1"]}))],
        [update(FLOW, "schedule.frequency", "schedule.interval", schedule={"frequency": "minute", "interval": 30})],
    ],
)
def test_what_does_not(steps: list[dict[str, Any]]) -> None:
    assert notes(document(*steps)) == []


@pytest.mark.parametrize(
    ("reasons", "expected"),
    [(["dataset_id"], ["fills another dataset: it **reads its whole history again** into it"]), (["name"], [])],
)
def test_another_target_is_another_dataset_or_not(reasons: list[str], expected: list[str]) -> None:
    target = update(state("TargetConnection", "t", "target-1"), op="replace", **dict.fromkeys(reasons, "other"))
    old = {**FLOW, "inputs": {**FLOW["inputs"], "target_connection_id": "target-1"}}
    flow = update(old, op="replace", target_connection_id=UNKNOWN) | {"replaceReasons": ["target_connection_id"]}
    found = notes(document(target | {"replaceReasons": reasons}, flow))
    assert [line for line in found if "history" in line] == [f"Dataflow `contacts` {line}" for line in expected]


def test_what_is_true_of_several_is_said_once() -> None:
    flows = [update(state("Dataflow", f"f{n:02}", f"{n}", enabled=True), enabled=False) for n in range(12)]
    names = ", ".join(f"`f{n:02}`" for n in range(10))
    assert notes(document(*flows)) == [
        f"Dataflows {names}, 2 more: each is **disabled**: no data arrive while it is",
    ]


def test_outputs_are_compared_by_table() -> None:
    before = {"dataflows": {"Contacts": "f1", "Leads": "f2"}, "plain": {"a": 1}}
    after = {"dataflows": {"Contacts": UNKNOWN, "Deals.EU": UNKNOWN}, "plain": 1, "datasets": {"Contacts": "d1"}}
    text = review(stream(outputs=(before, after)))
    assert "| `dataflows.Leads` | `f2` | *(not set)* |" in text
    assert "| `datasets.Contacts` | *(not set)* | `d1` |" in text
    assert '| `plain` | `{"a": 1}` | `1` |' in text
    assert 'Known after the update: `dataflows["Deals.EU"]`' in text
    assert "May change with the update: `dataflows.Contacts`" in text
    assert "no longer gives the output `dataflows.Leads`: other" in text
    assert review(stream(outputs=({"a": SECRET}, {"a": {**SECRET, "more": 1}}))).count("[secret]") == 2


def test_an_output_that_goes_is_pointed_out() -> None:
    text = stream(outputs=({"baseConnectionId": "b1", "sandbox": "prod"}, {"sandbox": "prod"}))
    assert notes(text) == ["The stack no longer gives the output `baseConnectionId`: other stacks may read it"]
    assert "**only outputs change**" in review(text)


def test_an_output_that_may_change_takes_no_row() -> None:
    text = review(stream(outputs=({"baseConnectionName": "a"}, {"baseConnectionName": UNKNOWN})))
    assert "May change with the update: `baseConnectionName`" in text
    assert "|" not in text


def test_what_is_made_takes_a_line() -> None:
    text = review(document(step("create", None, state("Dataflow", "a|b", name="Leads <1>", sandbox="prod"))))
    summary = "<summary>+ Dataflow <code>a&#124;b</code> named <code>Leads &#60;1&#62;</code></summary>"
    assert f"<details>{summary}\n\n| field | value |" in text


def test_a_new_table_says_what_comes_and_how_often() -> None:
    columns = {f"C{n:02}": UNKNOWN for n in range(21)}
    source = state("SourceConnection", "deals", name="Deals", columns=columns)
    flow = state("Dataflow", "deals", name="Deals", schedule={"frequency": "minute", "interval": 30})
    text = review(document(step("create", None, source), step("create", None, flow)))
    assert "named <code>Deals</code> with <code>C00</code>, <code>C01</code>" in text
    assert "<code>C19</code>, 1 more</summary>" in text
    assert "named <code>Deals</code>, every 30 minutes</summary>" in text
    unknown = document(step("create", None, state("Dataflow", "deals", name="Deals", schedule=UNKNOWN)))
    assert "named <code>Deals</code></summary>" in review(unknown)


def test_dependencies_are_followed_through_components_and_pulumis_own_list() -> None:
    component = state("acme:index:Ingestion", "leads")
    inside = state("Table", "leads", "t", base=UNKNOWN, more={"dependencies": [CONNECTION["urn"]]})
    inside["parent"] = component["urn"]
    flow = state("Dataflow", "outside", "f", more={"propertyDependencies": {"source": [component["urn"]]}})
    text = document(update(CONNECTION, name="CRM"), same(inside), same(component), same(flow))
    assert "touches 1 dataflow: `outside`" in review(text)


def test_resources_that_the_document_leaves_out_are_counted() -> None:
    text = review(document(update(CONNECTION, name="CRM"), changeSummary={"same": 4, "update": 1}))
    assert "**1 to change**, 3 unchanged" in text
    assert "3 unchanged resources not part of this preview" in text


def test_nested_fields_and_long_values_show_what_differs() -> None:
    old = state("MappingSet", "m", "1", mappings=[{"source": "a"}, {"source": "x" * 300 + "old"}])
    new: dict[str, Any] = {"mappings": [{"source": "b"}, {"source": "x" * 300 + "new"}]}
    text = review(document(update(old, "mappings[0].source", "mappings[1].source", 'labels["a.b"]', **new)))
    assert "| `mappings[0].source` | `a` | `b` |" in text
    assert f"| `mappings[1].source` | `…{'x' * 30}old` | `…{'x' * 30}new` |" in text
    assert '| `labels["a.b"]` | *(not set)* | *(not set)* |' in text


def test_what_a_dataflow_stands_on_needs_no_line_of_its_own_unless_it_is_protected() -> None:
    going = [step("delete", SOURCE, None), step("delete", FLOW, None)]
    assert notes(document(*going)) == ["Dataflow `contacts` is **deleted**: it stops delivering data"]
    kept = step("delete", {**SOURCE, "protect": True}, None)
    assert "SourceConnection `contacts` is **deleted**; it is protected" in review(document(kept, going[1]))


def test_what_is_deleted_for_a_replacement_may_come_under_another_name_or_never() -> None:
    gone = step("delete-replaced", FLOW, None)
    renamed = {**FLOW, "urn": urn("Dataflow", "people")}
    comes = update(renamed, op="replace", source_connection_id=UNKNOWN)
    assert "**1 to replace**" in review(document(gone, comes))
    assert "`contacts`" not in review(document(gone, comes))
    assert "**1 to delete**" in review(document(gone))


def test_a_foreign_type_without_details_is_compared_here() -> None:
    old = state("acme:index/bucket:Bucket", "b", "1", size=1, password="plain", tags=["x"])
    new = {**old, "inputs": {"size": 2, "password": "other", "tags": ["x"]}}
    text = review(document(step("update", old, new)))
    assert "| `size` | `1` | `2` |" in text
    assert "| `password` | [secret] | [secret], rotates |" in text
    assert "plain" not in text
    assert "`tags`" not in text
    assert review(document(step("no-such-op", old, new))) == text


def test_a_failed_preview_shows_the_error_first() -> None:
    diagnostics = [
        {"severity": "warning", "message": "warning: old"},
        {"severity": "error", "message": "error: Exception calling application: no ``` such @thing\nsecond line"},
    ]
    text = review(document(diagnostics=diagnostics))
    assert "Preview of `zoho-adobe/prod`: **no result**" in text
    assert "````text\nerror: no ``` such @thing\nsecond line\n````" in text
    assert text.index("error: no") < text.index("<summary>1 warning</summary>")
    assert "**no result**" in review("")


def test_drift_says_what_happened_and_not_what_will() -> None:
    text = review(
        document(step("delete", CONNECTION, None), step("refresh", SOURCE, SOURCE), update(FLOW, name="by hand")),
        drift=True,
    )
    assert "## Drift of `zoho-adobe/prod`: **1 gone, 1 changed**, 1 unchanged" in text
    assert "BaseConnection `zoho-crm` is **gone**: the next update makes a new one" in text
    assert "| field | in the state | as it is |" in text
    assert "no drift" in review(document(step("refresh", SOURCE, SOURCE)), drift=True)
    said = [{"severity": "info#err", "message": f"{who}: it was stopped by @ada\n"} for who in ("zoho-adobe", "acme")]
    text = review(document(step("refresh", SOURCE, SOURCE), diagnostics=said), drift=True)
    assert "\n* it was stopped by @\u2060ada\n" in text
    assert "acme" not in text


HOSTILE = [
    "a | b",
    "`code` ``more``",
    "<img src=x onerror=alert(1)> <!-- -->",
    "@everyone #1 [x](http://example.com) ![y](z)",
    "two\nlines\r\n| not | a | row |",
    "\\| \\",
    "right\u202eleft \u200b\x07",
    "a\u2028| `b` |\u2029c\x85d\x0be\x0cf\x1cg\rh",
    "\u3164\u2800 \u2066hidden\u2069 \U000e0041\ufeff",
    " spaced ",
    "",
    "😀" * 200,
]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_do_nothing(name: str) -> None:
    old = {**CONNECTION, "urn": urn("BaseConnection", name.replace("\n", " "))}
    text = review(document(update(old, name=name)))
    (row,) = [line for line in text.splitlines() if line.startswith("| `name`")]
    outside = re.sub(r"`[^`]*`|<code>[^<]*</code>", "", row)
    assert outside.count("|") == 4
    assert not re.search(r"[@<>\[\]#!\\]", outside)
    assert re.sub(r"`[^`]*`|<code>[^<]*</code>", "", text).count("<!--") == 1
    assert not re.search("[\u202e\u200b\x07\r\u2028\u2029\x85\x0b\x0c\x1c\u3164\u2800\u2066\ufeff\U000e0041]", text)
    # The stream may hold a separator of lines as it is.
    as_it_is = json.dumps({"name": name}, ensure_ascii=False)[1:-1]
    raw = stream(update(old, name="NAME")).replace('"name": "NAME"', as_it_is)
    assert review(raw) == review(stream(update(old, name=name)))


@pytest.mark.parametrize("kind", ["a|b", "`x`", "<img>", "@ada", "two\nlines\u2028| a |", "](http://example.com)"])
def test_types_do_nothing(kind: str) -> None:
    types = [f"pulumi-python:dynamic/zoho-adobe:{kind}", kind]
    steps = [step("delete", {**CONNECTION, "type": type_, "urn": urn("X", type_)}, None) for type_ in types]
    steps += [step("same", {**CONNECTION, "type": types[1], "urn": urn("Y", "n"), "protect": True}, CONNECTION)]
    steps += [step("create", None, state("Z", "made") | {"type": types[0]})]
    text = review(document(*steps))
    outside = re.sub(r"\\.|`[^`]*`|<code>[^<]*</code>|</?(?:details|summary)>|<!--.*-->|> ", "", text)
    assert not re.search(r"[|`<>]|@(?!\u2060)|\]\(", outside), outside


@given(st.text(), st.text())
def test_any_text_stays_one_row(before: str, after: str) -> None:
    text = review(document(update({**CONNECTION, "inputs": {"name": before}}, name=after)))
    assert len([line for line in text.splitlines() if line.startswith("| `name` |")]) == 1
    assert len([line for line in text.splitlines() if line.startswith("|")]) == 3


def test_no_secret_is_shown_in_any_form() -> None:
    hidden = "s3cr3t-value"
    old = state("acme:index:Thing", "t", "1", plain={"token": hidden, "deep": [{"apiKey": hidden}]}, wire=SECRET)
    new = {**old, "inputs": {"plain": {"token": hidden + "2"}, "wire": SECRET}}
    for text in (document(step("update", old, new)), stream(update(old, "plain", "wire", **new["inputs"]))):
        assert hidden not in review(text)
    created = state("acme:index:Thing", "t", client_secret=hidden, settings={"password": hidden})
    assert hidden not in review(document(step("create", None, created)))


def test_a_long_review_is_cut_with_a_note() -> None:
    steps = [step("create", None, state("Dataset", f"d{n:04}", name="😀" * 100)) for n in range(2000)]
    text = review(document(*steps, step("delete", CONNECTION, None)))
    assert len(text.encode("utf-16-le")) // 2 <= LIMIT < 65_536
    assert "BaseConnection `zoho-crm` is **deleted**" in text
    assert re.search(r"\*\d+ more sections left out, as a comment cannot be longer", text)
    both = render([read(document(*steps), "a"), read(document(*steps), "b")])
    assert both.count("## Preview of") == 2
    assert len(both) <= LIMIT


def test_the_same_preview_in_any_order_is_the_same_review() -> None:
    steps = [step("create", None, state("Dataset", f"d{n}", name=str(n))) for n in range(9)]
    steps += [update(CONNECTION, name="CRM", endpoint="e"), same(SOURCE), same(FLOW)]
    expected = review(document(*steps))
    for seed in range(5):
        random.Random(seed).shuffle(steps)  # noqa: S311 - an order, not a secret
        assert review(document(*steps)) == expected


@pytest.mark.parametrize("text", ["{}", "[1]", "no json", '{"version": 3, "deployment": {}}', '{"sequence": 1}\nx'])
def test_something_else_is_refused(text: str) -> None:
    with pytest.raises(NotAPreviewError):
        read(text, "test")


def test_the_exit_code_says_whether_something_changes(
    tmp_path: Any, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    files = {
        "same": document(same(CONNECTION)),
        "change": document(update(CONNECTION, name="CRM")),
        "failed": document(diagnostics=[{"severity": "error", "message": "error: x"}]),
        "other": "{}",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    codes = {name: main(["review", "--exit-code", str(tmp_path / name)]) for name in files}
    assert codes == {"same": 0, "change": 7, "failed": 1, "other": 1}
    assert main(["review", str(tmp_path / "change"), str(tmp_path / "same")]) == 0
    assert capsysbinary.readouterr().out.count(MARKER.encode()) == 5
    # What cannot be read does not hide the others, and a failure is one without the option too.
    assert main(["review", str(tmp_path / "change"), str(tmp_path / "other")]) == 1
    text = capsysbinary.readouterr().out.decode()
    assert "**1 to change**" in text
    assert "this JSON is not what" in text
    assert main(["review", str(tmp_path / "same"), "--failed", str(tmp_path / "same")]) == 1
    assert "Pulumi ended with an error" in capsysbinary.readouterr().out.decode()
    assert main(["review", str(tmp_path / "same"), "--failed", "elsewhere"]) == 2


def test_the_stack_itself_is_no_resource() -> None:
    stack = {"urn": STACK, "type": "pulumi:pulumi:Stack", "custom": False}
    steps = [step("create", None, stack), step("create", None, CONNECTION)]
    text = json.dumps({"steps": steps, "changeSummary": {"create": 2}})
    assert "**1 to create**" in review(text)
