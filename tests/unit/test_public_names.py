"""The public surface, and the paths that users' states hold."""

from __future__ import annotations

import base64
import pickle
import subprocess
import sys

import pytest

import zoho_adobe
from zoho_adobe import dynamic
from zoho_adobe.resources.base_connection import BaseConnectionLifecycle
from zoho_adobe.resources.managed import provider_reference


@pytest.mark.parametrize("name", zoho_adobe.__all__)
def test_every_export_is_there_and_described(name: str) -> None:
    found = getattr(zoho_adobe, name)
    assert isinstance(found, (str, dict)) or (found.__doc__ or "").strip()


def test_exports_are_listed_once_and_in_order() -> None:
    assert list(zoho_adobe.__all__) == sorted(
        set(zoho_adobe.__all__), key=lambda name: (not name.isupper(), name.islower(), name)
    )


def test_the_bytes_of_the_reference_in_users_states_never_change() -> None:
    reference = provider_reference("BASE_CONNECTION")
    assert reference == "Y3pvaG9fYWRvYmUuZHluYW1pYwpCQVNFX0NPTk5FQ1RJT04KLg=="
    assert pickle.loads(base64.b64decode(reference)) is dynamic.BASE_CONNECTION  # noqa: S301 - our own bytes
    assert isinstance(dynamic.BASE_CONNECTION, BaseConnectionLifecycle)


@pytest.mark.parametrize("module", ["zoho_adobe", "zoho_adobe.dynamic"])
def test_the_http_library_is_loaded_only_when_it_is_needed(module: str) -> None:
    program = f"import sys, {module}; sys.exit('requests' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
