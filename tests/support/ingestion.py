"""An ingestion on the real engine: its program, and what a table is made of."""

from __future__ import annotations

from pathlib import Path

from tests.support.stack import Stack

PROGRAM = Path(__file__).with_name("ingestion_program.py").read_text()
"""Three tables of Zoho CRM."""

PER_TABLE = ("table", "source", "schema", "dataset", "mapping", "target", "dataflow")


def assert_nothing_to_do(stack: Stack) -> None:
    assert stack.preview("--expect-no-changes").steps() == {}
    assert stack.preview("--expect-no-changes", "--refresh").steps() == {}
