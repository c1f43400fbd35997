import io
import time

import pytest

from engine import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.44, "0.4 s"), (12.3, "12 s"), (59.7, "1 min 0 s"), (271, "4 min 31 s")]
)
def test_duration(seconds: float, text: str) -> None:
    assert progress.duration(seconds) == text


def test_without_a_terminal_there_are_plain_lines_and_a_heartbeat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "HEARTBEAT", 0.1)
    said: list[str] = []
    with progress.Step(said.append, "building", io.StringIO()) as step:
        step.note("7 packages compiled")
        time.sleep(0.25)
    assert said[0] == "building ..."
    assert said[1] == "building ... 0.1 s, 7 packages compiled"
    assert said[-1] == "building: done in 0.3 s" or said[-1] == "building: done in 0.2 s"
    assert len(said) <= 5


def test_on_a_terminal_one_line_is_redrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    said: list[str] = []
    terminal = Terminal()
    with progress.Step(said.append, "building", terminal) as step:
        step.note("a detail that is longer than the terminal is wide")
        time.sleep(0.6)
    assert "\n" not in terminal.getvalue()
    drawn = terminal.getvalue().split("\r\x1b[K")
    assert drawn[1] == "building ... 0.5 s, a detail "
    assert drawn[-1] == ""
    assert len(said) == 1
    assert said[0].startswith("building: done in 0.")


def test_a_failed_step_leaves_the_talking_to_its_error() -> None:
    said: list[str] = []
    with pytest.raises(ValueError, match="x"), progress.Step(said.append, "building", io.StringIO()):
        raise ValueError("x")
    assert said == ["building ..."]
