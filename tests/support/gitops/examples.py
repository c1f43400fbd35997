"""A stack of one of the examples, beside the stack that it builds on."""

from __future__ import annotations

import shutil
from dataclasses import replace

from tests.support.stack import PROJECT, Stack


def example(name: str, beside: Stack, **config: str) -> Stack:
    """Make a stack of an example; its name is that of the example.

    Args:
        name: the folder below `examples`.
        beside: a stack whose backend, tenant and environment it shares.
        config: further values of its config.
    """
    folder = beside.folder.parent / name
    shutil.copytree(PROJECT / "examples" / name, folder)
    manifest = folder / "Pulumi.yaml"
    manifest.write_text(manifest.read_text().replace("    virtualenv: ../../.venv\n", ""))
    stack = replace(beside, folder=folder, name=name)
    stack.run("stack", "init", name, "--non-interactive")
    place = {"zoho-adobe:platformUrl": stack.tenant.adobe, "zoho-adobe:imsUrl": stack.tenant.ims}
    pairs = [word for key, value in {**place, **config}.items() for word in ("--plaintext", f"{key}={value}")]
    stack.run("config", "set-all", "--stack", name, *pairs)
    return stack
