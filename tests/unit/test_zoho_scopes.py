"""Which scopes cover which."""

from __future__ import annotations

import pytest

from zoho_adobe.zoho_scopes import covers, is_scope, parts_of, split_scopes


@pytest.mark.parametrize(
    ("granted", "needed", "covered"),
    [
        ("ZohoCRM.modules.READ", "ZohoCRM.modules.READ", True),
        ("zohocrm.Modules.read", "ZohoCRM.modules.READ", True),
        ("ZohoCRM.modules.ALL", "ZohoCRM.modules.READ", True),
        ("ZohoCRM.settings.READ", "ZohoCRM.settings.modules.READ", True),
        ("ZohoCRM.modules.ALL", "ZohoCRM.settings.READ", False),
        ("ZohoCRM.modules.leads.READ", "ZohoCRM.modules.READ", False),
        ("ZohoCRM.modules.CREATE", "ZohoCRM.modules.READ", False),
        ("ZohoCRM.modules", "ZohoCRM.modules.READ", False),
    ],
)
def test_covers(granted: str, needed: str, covered: bool) -> None:
    assert covers([granted], needed) is covered


def test_parts_of() -> None:
    granted = ("ZohoCRM.modules.leads.READ", "ZohoCRM.modules.deals.CREATE", "ZohoCRM.settings.fields.ALL")
    assert parts_of(granted, "ZohoCRM.modules.READ") == ("ZohoCRM.modules.leads.READ",)
    assert parts_of(granted, "ZohoCRM.settings.READ") == ("ZohoCRM.settings.fields.ALL",)


def test_requests_have_commas_and_answers_spaces() -> None:
    assert split_scopes("A.b,C.d") == split_scopes("A.b C.d") == ("A.b", "C.d")


@pytest.mark.parametrize(("text", "valid"), [("ZohoCRM.modules.READ", True), ("modules", False), ("a.b;c", False)])
def test_is_scope(text: str, valid: bool) -> None:
    assert is_scope(text) is valid
