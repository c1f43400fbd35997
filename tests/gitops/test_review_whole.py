"""A preview that is not whole is a failure that says so, wherever it was cut and whatever stands in its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.gitops.previews import CONNECTION, FLOW, SOURCE, STACK, document, same, state, step, stream, update
from tests.support.gitops.scripts import Scripts
from zoho_adobe.review import NotAPreviewError, read, render

STEPS = (
    same(CONNECTION),
    step("delete", state("Dataset", "d", "1", name="Leads"), None),
    update(SOURCE, op="replace", base_connection_id="other"),
    update(FLOW, name="Größe\u2028😀"),
)
COUNTS = {"same": 2, "delete": 1, "replace": 1, "update": 1}
STREAM = stream(*STEPS).replace(
    '"result": "succeeded"', f'"result": "succeeded", "resourceChanges": {json.dumps(COUNTS)}'
)
RECORDED = (Path(__file__).parent / "recorded" / "move.jsonl").read_text()
DOCUMENT = json.dumps(json.loads(document(*STEPS, changeSummary=COUNTS)), indent=4)


def fails(text: str) -> bool:
    """Return whether a text is refused, or reviewed as a failure."""
    try:
        preview = read(text, "prod")
    except NotAPreviewError:
        return True
    shown = render([preview])
    assert preview.failed == ("It failed" in shown)
    assert not (preview.failed and "nothing changes" in shown)
    return preview.failed


@pytest.mark.parametrize("whole", [STREAM, DOCUMENT, RECORDED], ids=["stream", "document", "recorded"])
def test_whatever_is_cut_off_is_a_failure(whole: str) -> None:
    assert not fails(whole)
    end = len(whole.rstrip())
    # What follows the summary, such as the last line of a real stream, tells nothing.
    told = whole.rindex('"summaryEvent"') if "summaryEvent" in whole else end
    for cut in {*range(0, end, 97), *range(max(0, told - 40), told), end - 1}:
        assert fails(whole[:cut]), cut
    for cut in (1, end // 2, end - 2):
        assert fails(whole[cut:]), cut


@pytest.mark.parametrize("op", ["delete", "replace", "update"])
def test_a_change_that_pulumi_counts_and_does_not_show_is_missed(op: str) -> None:
    lines = [line for line in STREAM.split("\n") if f'"op": "{op}"' not in line]
    preview = read("\n".join(lines), "prod")
    assert f"Pulumi counts more to {op} than there are here" in preview.problem
    steps = [item for item in STEPS if item["op"] != op]
    assert fails(document(*steps, changeSummary=COUNTS))


def test_a_replacement_counts_once_in_whatever_steps_it_is_shown() -> None:
    made, gone = (
        update(SOURCE, op="create-replacement", base_connection_id="other"),
        step("delete-replaced", SOURCE, None),
    )
    assert not fails(document(made, gone, changeSummary={"same": 1, "replace": 1}))
    assert fails(document(made, gone, changeSummary={"same": 1, "replace": 2}))


def test_an_import_that_is_not_shown_is_missed() -> None:
    assert not fails(document(step("import", None, CONNECTION)))
    assert fails(document(changeSummary={"same": 1, "import": 1}))


def test_what_a_refresh_counts_under_other_words_is_missed_all_the_same() -> None:
    stack = {"urn": STACK, "type": "pulumi:pulumi:Stack", "custom": False}
    found = [step("refresh", stack, stack), step("refresh", SOURCE, SOURCE), step("delete", CONNECTION, None)]
    whole = {"steps": found, "changeSummary": {"same": 1, "update": 1, "delete": 1}}
    assert not fails(json.dumps(whole))
    assert fails(json.dumps({**whole, "steps": found[:2]}))
    # Before a preview it counts nothing, so it hides nothing that the preview counts.
    both = [step("refresh", stack, stack), step("refresh", SOURCE, SOURCE), step("same", stack, stack)]
    assert fails(json.dumps({"steps": both, "changeSummary": {"same": 1, "delete": 1}}))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n \n",
        "null",
        "\x00\x01",
        "error: no stack named 'prod' found",
        "{" * 5000,
        "[" * 200_000,
        '{"steps": "no"}',
        '{"steps": []}',
        '{"diagnostics": []}',
        # What Pulumi prints when it is interrupted: the steps so far, and no count of all.
        document(*STEPS, changeSummary={}),
        document(*STEPS, maybeCorrupt=True),
        f"{STREAM}\n{STREAM}",
        '{"steps": [1]}',
        '{"steps": [{"op": "delete", "urn": 1, "oldState": "x"}]}',
        '{"sequence": 0}',
        '{"sequence": 0, "resourcePreEvent": 1}',
        '{"sequence": 0, "summaryEvent": {"result": "failed"}}',
        '{"sequence": 0, "summaryEvent": {"result": "in-progress"}}',
        '{"sequence": 0, "summaryEvent": {"result": "succeeded", "maybeCorrupt": true}}',
        '{"sequence": 1, "summaryEvent": {"result": "succeeded"}}',
        STREAM.replace('"severity": "debug"', '"severity": "error"'),
        STREAM.replace("\n", "\nDownloading plugin\n", 1),
    ],
)
def test_what_is_not_whole_is_a_failure(text: str) -> None:
    assert fails(text)


@pytest.fixture
def scripts(tmp_path: Path) -> Scripts:
    """The scripts of the project."""
    return Scripts(tmp_path)


def test_a_preview_that_fails_in_any_way_ends_the_script_with_a_code(scripts: Scripts) -> None:
    scripts.answer("good", STREAM)
    scripts.answer("killed", STREAM, 137)
    scripts.answer("cut", STREAM[: len(STREAM) // 2])
    scripts.answer("none", "")
    codes = {name: scripts.run("preview.sh", name) for name in ("good", "killed", "cut", "none")}
    assert {name: done.returncode for name, done in codes.items()} == {"good": 0, "killed": 137, "cut": 1, "none": 1}
    for name in ("killed", "cut", "none"):
        assert "It failed" in codes[name].stdout
    both = scripts.run("preview.sh", "killed", "good")
    assert both.returncode == 137
    assert both.stdout.count("It failed") == 1
    assert "1 to delete" in both.stdout


def test_stacks_whose_files_would_have_one_name_are_both_shown(scripts: Scripts) -> None:
    scripts.answer("a/b-c", STREAM.replace("urn:pulumi:prod", "urn:pulumi:first"))
    scripts.answer("a-b/c", STREAM.replace("urn:pulumi:prod", "urn:pulumi:second"))
    shown = scripts.run("preview.sh", "a/b-c", "a-b/c").stdout
    assert "`zoho-adobe/first`" in shown
    assert "`zoho-adobe/second`" in shown


@pytest.mark.parametrize(("text", "code"), [(STREAM, 1), (STREAM[:-200], 0), ("", 0), ("garbage", 0)])
def test_nothing_is_updated_after_a_preview_that_is_not_whole(scripts: Scripts, text: str, code: int) -> None:
    scripts.answer("prod", text, code)
    done = scripts.run("up.sh", "prod")
    assert done.returncode == 1
    assert "It failed" in done.stdout
    # The second call of `pulumi`, the update, would have printed to standard error.
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [
        (DOCUMENT, 7, 7),
        (document(same(FLOW)), 0, 0),
        (DOCUMENT, 1, 1),
        (DOCUMENT[:-9], 7, 1),
        ("", 0, 1),
        ("", 255, 255),
    ],
)
def test_a_comparison_that_is_not_whole_is_no_drift(scripts: Scripts, text: str, code: int, expected: int) -> None:
    scripts.answer("prod", text, code)
    done = scripts.run("drift.sh", "prod")
    assert done.returncode == expected
    assert ("It failed" in done.stdout) == (expected not in (0, 7))
