"""The token cache: for its owner's eyes, whatever was at its place before."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest

from zoho_adobe.api import token_cache
from zoho_adobe.api.zoho_accounts import ZohoAccessToken

ACCOUNT = ("https://accounts.zoho.eu", "id", "a-client-secret", "1000.refresh.token")


def token(value: str) -> ZohoAccessToken:
    return ZohoAccessToken(value, time.time() + 3600, "https://www.zohoapis.eu", ())


@pytest.fixture
def entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The place of the account's entry."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(token_cache, "_of_this_process", {})
    return tmp_path / "zoho-adobe" / "tokens" / token_cache.entry_name(ACCOUNT)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_entry_is_for_its_owner_alone(entry: Path) -> None:
    previous = os.umask(0)
    try:
        assert token_cache.shared_token(ZohoAccessToken, ACCOUNT, lambda: token("first")).value == "first"
    finally:
        os.umask(previous)
    assert mode(entry) == 0o600
    assert mode(entry.parent) == 0o700
    assert token_cache.shared_token(ZohoAccessToken, ACCOUNT, lambda: token("second")).value == "first"


def test_a_file_that_anybody_could_read_is_closed_before_a_token_goes_into_it(entry: Path) -> None:
    entry.parent.mkdir(parents=True)
    entry.touch()
    entry.chmod(0o644)

    def mint() -> ZohoAccessToken:
        assert mode(entry) == 0o600
        return token("first")

    token_cache.shared_token(ZohoAccessToken, ACCOUNT, mint)
    assert mode(entry) == 0o600


def test_a_link_is_not_followed(entry: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("not ours")
    entry.parent.mkdir(parents=True)
    entry.symlink_to(elsewhere)
    assert token_cache.shared_token(ZohoAccessToken, ACCOUNT, lambda: token("first")).value == "first"
    assert token_cache.shared_token(ZohoAccessToken, ACCOUNT, lambda: token("second")).value == "first"
    token_cache.remember(ACCOUNT, token("third"))
    assert elsewhere.read_text() == "not ours"
    assert entry.is_symlink()


def test_a_folder_that_cannot_be_made_is_done_without(entry: Path, tmp_path: Path) -> None:
    (tmp_path / "zoho-adobe").write_text("a file in the way")
    assert token_cache.shared_token(ZohoAccessToken, ACCOUNT, lambda: token("first")).value == "first"
    assert token_cache.shared_token(ZohoAccessToken, ACCOUNT, lambda: token("second")).value == "first"
    assert not entry.exists()
