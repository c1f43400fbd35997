"""The modules of the package: small, and each part knows only the parts below it."""

from __future__ import annotations

import ast
import graphlib
import re
from pathlib import Path

import pytest

import zoho_adobe

PACKAGE = Path(zoho_adobe.__file__).parent
MODULES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in PACKAGE.rglob("*.py")
}
ABOVE = {
    "zoho_adobe.api.": ("resources", "components", "cli", "dynamic", "provider", "pulumi"),
    "zoho_adobe.resources.": ("components", "cli", "dynamic", "requests", "urllib3"),
}
"""What a part must not import, not even late."""
WIRE_KEY = re.compile(r"[a-z]+([A-Z][A-Za-z]*)+|op|\$ref|auth|params|transformations")
WIRE_PATH = re.compile(r"(/[A-Za-z]+)+")


def imported(nodes: list[ast.stmt]) -> set[str]:
    """Return the modules that statements import."""
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{name.name}" for name in node.names}
            found |= inner & set(MODULES) or {node.module}
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return found


def test_no_module_is_long() -> None:
    lines = {name: len(path.read_text().splitlines()) for name, path in MODULES.items()}
    assert {name: count for name, count in lines.items() if count > 400} == {}


def test_no_import_leads_in_a_circle() -> None:
    graph = {name: imported(ast.parse(path.read_text()).body) & set(MODULES) for name, path in MODULES.items()}
    assert len(list(graphlib.TopologicalSorter(graph).static_order())) == len(MODULES)


@pytest.mark.parametrize("part", ABOVE)
def test_no_part_knows_what_is_above_it(part: str) -> None:
    refused = {name if name in ("pulumi", "requests", "urllib3") else f"zoho_adobe.{name}" for name in ABOVE[part]}
    wrong = {
        f"{name} imports {other}"
        for name, path in MODULES.items()
        if name.startswith(part)
        for other in imported([node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.stmt)])
        if any(other == above or other.startswith(f"{above}.") for above in refused)
    }
    assert wrong == set()


def requests_in(code: str) -> set[str]:
    """Return what code says in Adobe's words: keys of a JSON body, paths of a JSON Patch or of a service."""
    nodes = list(ast.walk(ast.parse(code)))
    keys = [key for node in nodes if isinstance(node, ast.Dict) for key in node.keys]
    texts = [(node, node.value) for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    found = {text for node, text in texts if node in keys and WIRE_KEY.fullmatch(text)}
    return found | {text for _, text in texts if WIRE_PATH.fullmatch(text)}


def test_no_resource_knows_the_shape_of_a_request() -> None:
    found = {
        f"{name}: {word}"
        for name, path in MODULES.items()
        if name.startswith("zoho_adobe.resources.")
        for word in requests_in(path.read_text())
    }
    assert found == set(), "what goes over the wire is built in zoho_adobe.api"


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('patch = [{"op": "replace", "value": name}]', {"op"}),
        ('change("/auth/params", params)', {"/auth/params"}),
        ('body = {"name": name, "baseConnectionId": id_}', {"baseConnectionId"}),
        ('inputs = {"path": path, "base_connection_id": id_}', set()),
        ('text = "such as /leads and nothing else"', set()),
    ],
)
def test_a_request_would_be_found(code: str, found: set[str]) -> None:
    assert requests_in(code) == found
