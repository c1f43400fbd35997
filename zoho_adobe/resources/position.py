"""Where in the program a resource is declared, as its state says it: lines of the program, and of this package above.

The SDK writes the whole stack of calls into each resource's state, a dozen lines of Pulumi's runner and of Python's
library below those of the program. They are a third of a state, name folders of the machine that ran the update, and
are written again with every step.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

# From where the SDK takes the stack (pulumi/runtime/resource.py) to the constructor that this package calls.
_FRAMES_OF_THE_SDK = 4


@contextmanager
def program_lines_only() -> Iterator[None]:
    """Let the stack of calls end where Pulumi called the program, for as long as the context lasts.

    The SDK takes the stack with Python's `traceback`, which honours `sys.tracebacklimit`
    (https://docs.python.org/3/library/sys.html#sys.tracebacklimit). An error's own traceback is printed later, whole.
    """
    here = inspect.currentframe()
    # The first two are this function and the library's half of the context.
    frame = here.f_back.f_back if here and here.f_back else None
    own = 0
    while frame is not None and not _is_pulumis(frame):
        own, frame = own + 1, frame.f_back
    before = getattr(sys, "tracebacklimit", None)
    sys.tracebacklimit = _FRAMES_OF_THE_SDK + own
    try:
        yield
    finally:
        if before is None:
            del sys.tracebacklimit
        else:
            sys.tracebacklimit = before


def _is_pulumis(frame: FrameType) -> bool:
    """Tell whether a function is of Pulumi, or of the module by which Pulumi runs a program's file."""
    module = str(frame.f_globals.get("__name__"))
    return module in ("pulumi", "runpy") or module.startswith("pulumi.")
