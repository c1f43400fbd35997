"""The edge to the engine: what comes in is as it was sent, and whatever goes wrong is shown in one line."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from zoho_adobe.api.deadline import operation
from zoho_adobe.errors import ZohoAdobeError
from zoho_adobe.log import unexpected
from zoho_adobe.redaction import redact, redacted_line

P = ParamSpec("P")
R = TypeVar("R")


class ProviderError(Exception):
    """What the engine is given to show: one line, with every secret masked."""


def one_line(method: Callable[Concatenate[Any, P], R]) -> Callable[Concatenate[Any, P], R]:
    """Make a provider's method end in a result or in one redacted line, in its session and under one deadline.

    Args:
        method: a method that the engine calls.
    """

    @functools.wraps(method)
    def edge(self: Any, *args: P.args, **kwargs: P.kwargs) -> R:
        with self.session.active():
            try:
                with operation():
                    return method(self, *args, **kwargs)
            except ZohoAdobeError as error:
                message = str(error)
            except Exception as error:
                message = unexpected(error)
            raise ProviderError(redacted_line(message)) from None

    return cast(Callable[Concatenate[Any, P], R], edge)


def notice(text: str) -> None:
    """Say something that a person should know and that is not an error; the engine shows it among the diagnostics.

    Args:
        text: one line.
    """
    print(redact(f"zoho-adobe: {text}"), file=sys.stderr, flush=True)


def whole_numbers(value: Any) -> Any:
    """Turn floats without a fraction back into the ints they were before the wire."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: whole_numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [whole_numbers(item) for item in value]
    return value
