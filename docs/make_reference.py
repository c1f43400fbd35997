"""Writes docs/reference.md from the code: resources, settings, configuration of the project, outputs, errors.

Run `make docs`; a test fails when the page is out of date.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pulumi
import yaml

# The folder of the project comes first, so that this runs without the package being installed.
PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

import zoho_adobe  # noqa: E402
from zoho_adobe import errors, settings  # noqa: E402
from zoho_adobe.resources.inputs import Input  # noqa: E402
from zoho_adobe.resources.lifecycle import SETTING_KEYS  # noqa: E402
from zoho_adobe.resources.managed import ManagedResource  # noqa: E402

PAGE = PROJECT / "docs" / "reference.md"


def reference() -> str:
    """Return the whole page."""
    parts = [
        "# Reference\n\nMade from the code by `make docs`.",
        "## Resources",
        *(_class(cls) for cls in _public(pulumi.Resource)),
        "## Values that resources take and functions give",
        *(_class(cls) for cls in _public(object) if not issubclass(cls, pulumi.Resource | Exception)),
        "## Data centers",
        _table(
            ("code", "data center", "accounts URL", "listed by Adobe"),
            (
                (f"`{center.code}`", center.title, center.accounts_url, "yes" if center.listed_by_adobe else "no")
                for center in zoho_adobe.DATA_CENTERS.values()
            ),
        ),
        "## Configuration of the project",
        "The program in `__main__.py` reads these. Set one by `pulumi config set KEY VALUE`, a secret with `--secret`.",
        _table(("key", "type", "secret", "default", "what it is"), _config()),
        "## Settings of the provider",
        "In any project: as `zoho-adobe:KEY` in the stack's config, an argument of `Provider`, or in the environment.",
        _table(("key", "environment"), _settings()),
        "## Errors",
        "Each is one line: what is wrong, what to do, and the service's request id. The tree in `zoho_adobe.errors`:",
        _errors(),
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _public(base: type) -> Iterator[type]:
    for name in zoho_adobe.__all__:
        value = getattr(zoho_adobe, name)
        if inspect.isclass(value) and issubclass(value, base):
            yield value


def _class(cls: type) -> str:
    text, sections = _docstring(cls)
    parts = [f"### {cls.__name__}", text]
    declared = {item.name: item for item in cls.declaration.inputs} if issubclass(cls, ManagedResource) else {}
    outputs = "output" if issubclass(cls, pulumi.Resource) else "field"
    for title, what in (("Args", "argument"), ("Attributes", outputs)):
        if title not in sections:
            continue
        rows = [(f"`{name}`", words) for name, words in sections[title]]
        if title == "Args" and declared:
            rules = [_rules(declared.get(name)) for name, _ in sections[title]]
            named = [(name, rule, words) for (name, words), rule in zip(rows, rules, strict=True)]
            parts.append(_table((what, "rules", "what it is"), named))
        else:
            parts.append(_table((what, "what it is"), rows))
    for name, method in vars(cls).items():
        if not name.startswith("_") and isinstance(method, classmethod):
            words, _ = _docstring(method.__func__)
            parts.append(f"`{cls.__name__}.{name}{_signature(method.__func__)}`: {words}")
    return "\n\n".join(parts)


def _rules(item: Input | None) -> str:
    """Say what the declaration of an input says; other arguments have none."""
    if item is None:
        return ""
    rules = {
        "required": item.required,
        "secret": item.secret,
        "a change replaces": item.replaces,
        f"default `{item.default}`": item.default is not None,
    }
    return ", ".join(rule for rule, holds in rules.items() if holds)


def _signature(function: Any) -> str:
    names = [name for name in inspect.signature(function).parameters if name != "cls"]
    return f"({', '.join(names)})"


def _docstring(thing: Any) -> tuple[str, dict[str, list[tuple[str, str]]]]:
    """Split a docstring into its text and its sections of named entries."""
    head, *rest = re.split(r"\n\n(?=(?:Args|Attributes|Returns|Raises):\n)", inspect.getdoc(thing) or "")
    sections = {}
    for section in rest:
        title, _, body = section.partition(":\n")
        entries = re.findall(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", body, re.MULTILINE)
        sections[title] = [(name, " ".join(words.split())) for name, words in entries]
    return head, sections


def _config() -> Iterator[tuple[str, ...]]:
    manifest = yaml.safe_load((PROJECT / "Pulumi.yaml").read_text())
    for key, entry in manifest["config"].items():
        default = (
            f"`{entry['default']}`".lower() if isinstance(entry.get("default"), bool) else entry.get("default", "")
        )
        secret = "yes" if entry.get("secret") else "no"
        yield f"`{key}`", entry["type"], secret, str(default), entry["description"]


def _settings() -> Iterator[tuple[str, str]]:
    agreed = {key.config: key.variable for key in settings.AGREED}
    for name in SETTING_KEYS:
        if name in agreed:
            yield f"`{name}`", f"`{agreed[name]}`; a different value there is an error"
        elif name in settings.CREDENTIAL_VARIABLES:
            yield f"`{name}`", f"`{settings.CREDENTIAL_VARIABLES[name]}`, which comes first"
        elif name.endswith("Env"):
            variable = settings.CREDENTIAL_VARIABLES[name.removesuffix("Env")]
            yield f"`{name}`", f"the name of the variable to read instead of `{variable}`"
        else:
            yield f"`{name}`", "no"


def _errors() -> str:
    tree = re.search(r"```\n(.*?)```", inspect.getdoc(errors) or "", re.DOTALL)
    return f"```text\n{tree.group(1) if tree else ''}```"


def _table(head: tuple[str, ...], rows: Any) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(reference())
