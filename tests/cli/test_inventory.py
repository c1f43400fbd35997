"""`inventory`: what there is of Zoho in an organization that people clicked together, and what needs attention."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from emulator.launch import Emulator
from tests.support.browser import needs_browser, open_browser
from tests.support.cli.shell import Shell
from tests.support.clicked import Clicked, clicked_together
from tests.support.emulator.pipeline import Pipeline, every_hour
from tests.support.pages import commands
from tests.support.tenant import Tenant


@pytest.fixture
def tenant(apart: Emulator) -> Tenant:
    """An organization at an Adobe whose clock the tests move."""
    return Tenant.create(apart)


@pytest.fixture
def clicked(tenant: Tenant) -> Clicked:
    """What people made there over the years."""
    return clicked_together(tenant)


def facts(shell: Shell, *words: str, code: int = 1) -> dict[str, Any]:
    """Run the command, and return what it prints as JSON."""
    done = shell.run("inventory", "--json", *words)
    assert done.code == code, done.err
    found: dict[str, Any] = json.loads(done.out)
    return found


def sandbox(found: dict[str, Any], name: str = "dev") -> dict[str, Any]:
    return next(item for item in found["sandboxes"] if item["name"] == name)


def test_the_command_of_the_page(shell: Shell, clicked: Clicked) -> None:
    (words,) = commands("tasks/inventory.md")
    assert words[:3] == ["python", "-m", "zoho_adobe"]
    assert "199 days" in (said := shell.run(*words[3:]).out) or "200 days" in said
    assert clicked.dead in said


def test_all_sandboxes_are_read(shell: Shell, clicked: Clicked) -> None:
    found = facts(shell)
    assert [item["name"] for item in found["sandboxes"]] == ["dev", "prod", "stage"]
    dev = sandbox(found)
    assert [item["id"] for item in dev["connections"]] == [clicked.pipeline.connection]
    by_id = {item["id"]: item for item in dev["dataflows"]}
    assert set(by_id) == {clicked.dead, clicked.disabled, clicked.failing} == set(dev["connections"][0]["dataflows"])
    dead = by_id[clicked.dead]
    assert (dead["via"], dead["table"], dead["state"], dead["deltaColumn"]) == (
        "source",
        "Leads",
        "enabled",
        "Modified_Time",
    )
    assert 199 < (dev["readAt"] - dead["lastSuccess"]["windowEnd"]) / 86_400 < 201
    assert dead["datasetId"] == clicked.pipeline.dataset_of(clicked.dead)
    assert by_id[clicked.failing]["lastRun"]["status"] == "failed"
    assert sandbox(found, "prod")["connections"] == []


def test_what_needs_attention_comes_first(shell: Shell, clicked: Clicked) -> None:
    findings = facts(shell, "--sandbox", "dev")["findings"]
    assert [item["weight"] for item in findings] == sorted(
        (item["weight"] for item in findings), key=["broken", "warning", "note"].index
    )
    texts = {item["id"]: item["text"] for item in findings if item["weight"] != "note"}
    assert re.search(r"(199|200) days ago, has not arrived through it", texts[clicked.dead])
    assert texts[clicked.disabled].startswith("it is disabled; what changed in Zoho since ")
    assert texts[clicked.failing].startswith("its last run failed: ")


@pytest.mark.usefixtures("clicked")
def test_a_person_sees_a_table_and_what_to_do(shell: Shell) -> None:
    done = shell.run("inventory", "--sandbox", "dev")
    assert done.code == 1
    lines = done.out.splitlines()
    assert lines[0] == "Sandbox dev: 1 base connections, 3 dataflows"
    (line,) = (line for line in lines if line.startswith("Leads nightly "))
    assert re.search(r"(199|200) days", line)
    assert any("docs/tasks/move-to-files.md" in line for line in lines)


def test_nothing_needs_attention_where_there_is_nothing(shell: Shell) -> None:
    done = shell.run("inventory", "--sandbox", "stage")
    assert (done.code, done.out.splitlines()[-1]) == (0, "Nothing needs attention.")


def test_a_sandbox_that_cannot_be_read_does_not_hide_the_others(shell: Shell, tenant: Tenant, clicked: Clicked) -> None:
    tenant.fault(method="GET", path="/flowservice/connections$", kind="status", status=403, body={"message": "denied"})
    found = facts(shell)
    errors = {item["name"]: item["error"] for item in found["sandboxes"]}
    assert sorted(bool(error) for error in errors.values()) == [False, False, True]
    (refused,) = [name for name, error in errors.items() if error]
    assert any(item["kind"] == "sandbox" and item["name"] == refused for item in found["findings"])
    assert clicked.pipeline.connection


def test_what_a_stack_manages_is_told(shell: Shell, clicked: Clicked, tmp_path: Path) -> None:
    resource = {
        "urn": "urn:pulumi:prod::crm::pulumi-python:dynamic/zoho-adobe:Dataflow::leads",
        "type": "pulumi-python:dynamic/zoho-adobe:Dataflow",
        "id": clicked.dead,
    }
    exported = tmp_path / "prod.json"
    exported.write_text(json.dumps({"version": 3, "deployment": {"resources": [resource]}}))
    found = facts(shell, "--sandbox", "dev", "--stack", str(exported))
    managed = {item["id"]: item["managedBy"] for item in sandbox(found)["dataflows"]}
    assert managed == {clicked.dead: "prod: leads", clicked.disabled: None, clicked.failing: None}
    nobody = {item["id"] for item in found["findings"] if item["text"] == "no stack manages it"}
    assert nobody == {clicked.disabled, clicked.failing, clicked.pipeline.connection}


def test_what_is_wrong_is_one_line(shell: Shell, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text("[]")
    done = shell.run("inventory", "--stack", str(other))
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "is not what `pulumi stack export` gives" in done.err
    done = shell.run("inventory", "--sandbox", "nowhere")
    assert done.code == 2
    assert "nowhere" in done.out


def test_the_page_is_complete_in_itself(shell: Shell, tenant: Tenant, clicked: Clicked, tmp_path: Path) -> None:
    page = tmp_path / "inventory.html"
    clicked.pipeline.emulator.control(
        "PATCH",
        f"/connections/{clicked.pipeline.connection}",
        [{"op": "replace", "path": "/name", "value": "<script>alert(1)</script>"}],
    )
    shell.run("inventory", "--html", str(page))
    text = page.read_text()
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert "https://" not in text
    assert not [secret for secret in tenant.canaries if secret in text]
    assert text.index("What needs attention") < text.index("Sandbox dev")


@needs_browser
@pytest.mark.parametrize("width", [1300, 420])
def test_the_page_is_read_in_a_browser(shell: Shell, clicked: Clicked, tmp_path: Path, width: int) -> None:
    page = tmp_path / "inventory.html"
    shell.run("inventory", "--html", str(page))
    with open_browser(tmp_path / "browser", f"--window-size={width},1200") as browser:
        browser.get(page.as_uri())
        assert browser.get_log("browser") == []  # type: ignore[no-untyped-call]
        headings = [item.text for item in browser.find_elements(By.CSS_SELECTOR, "h1, h2")]
        assert headings[:3] == ["Zoho CRM in Adobe Experience Platform", "What needs attention", "Sandbox dev"]
        # Nothing but what scrolls on its own is wider than the window.
        assert browser.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
        boxes = browser.find_elements(By.CSS_SELECTOR, "svg.map .box.broken, svg.map .box.warning")
        assert len(boxes) == 3
        browser.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
        assert browser.switch_to.active_element.text == "Skip to what needs attention"
        assert len(browser.get_screenshot_as_png()) > 10_000
        assert clicked.dead


def test_many_dataflows_take_lists_and_one_request_each(shell: Shell, tenant: Tenant, clicked: Clicked) -> None:
    pipeline: Pipeline = clicked.pipeline
    body = pipeline.flow_body(scheduleParams=every_hour(pipeline.now() + 3_600))
    for number in range(30):
        answer = pipeline.request("POST", "/flows", json={**body, "name": f"flow {number}"})
        assert answer.status_code == 201, answer.text
    tenant.forget_requests()
    found = facts(shell, "--sandbox", "dev")
    count = len(sandbox(found)["dataflows"])
    assert count == 33
    # A list of each kind, and the runs of each dataflow.
    assert len(tenant.requests("GET", "/data/foundation/")) == 7 + count
