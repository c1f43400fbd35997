"""The operator's list of Adobe's addresses: both forms, and each mistake named."""

from __future__ import annotations

import datetime
import http.server
import json
import threading
from pathlib import Path

import pytest

from zoho_adobe import read_allow_list
from zoho_adobe.errors import InputError

HEAD = "# region: VA7\n# date: 2026-11-01\n"


def write(folder: Path, text: str) -> Path:
    path = folder / "list"
    path.write_text(text)
    return path


def test_plain_text(tmp_path: Path) -> None:
    found = read_allow_list(
        write(tmp_path, f"{HEAD}\n# a comment\n192.0.2.0/24  # east\n198.51.100.7\n2001:db8::/32\n")
    )
    assert (found.region, found.date) == ("VA7", datetime.date(2026, 11, 1))
    assert found.networks == ("192.0.2.0/24", "198.51.100.7/32", "2001:db8::/32")


def test_json(tmp_path: Path) -> None:
    body = {"region": "NLD2", "date": "2026-11-01", "networks": ["192.0.2.0/24", "198.51.100.7"]}
    found = read_allow_list(str(write(tmp_path, json.dumps(body))))
    assert (found.region, found.networks) == ("NLD2", ("192.0.2.0/24", "198.51.100.7/32"))


def test_a_url() -> None:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/list?v=1" else 404)
            self.end_headers()
            self.wfile.write(f"{HEAD}192.0.2.0/24\n".encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}"
        assert read_allow_list(f"{base}/list?v=1").networks == ("192.0.2.0/24",)
        with pytest.raises(InputError, match="answers with status 404"):
            read_allow_list(f"{base}/elsewhere")
        server.shutdown()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{HEAD}192.0.2.0/24\n192.0.2.0/24\n", "line 4: 192.0.2.0/24 is there already, at line 3"),
        (f"{HEAD}192.0.2.0/24\n192.0.2.128/25\n", "line 4: 192.0.2.128/25 overlaps with 192.0.2.0/24 at line 3"),
        (f"{HEAD}192.0.2.1/24\n", "'192.0.2.1/24' has bits set behind its prefix; was 192.0.2.0/24 meant?"),
        (f"{HEAD}192.0.2.256\n", "line 3: '192.0.2.256' is neither a network nor an address"),
        (f"{HEAD}192.0.2.0/33\nhost.example\n", "line 3: '192.0.2.0/33' is neither a network nor an address; line 4: "),
        (f"{HEAD}0.0.0.0/0\n", "'0.0.0.0/0' is the whole internet"),
        (HEAD, "it is empty"),
        ("# date: 2026-11-01\n192.0.2.0/24\n", "the region is missing"),
        ("# region: MARS\n# date: 2026-11-01\n192.0.2.0/24\n", "the region 'MARS' is unknown"),
        ("# region: VA7\n192.0.2.0/24\n", "the date is missing"),
        ("# region: VA7\n# date: 1.11.2026\n192.0.2.0/24\n", "'1.11.2026' is not a valid date"),
        ('{"region": "VA7", "date"', "is not JSON"),
        ('{"region": "VA7", "date": "2026-11-01"}', "has no list named networks"),
        ('{"region": "VA7", "date": "2026-11-01", "networks": [1]}', "entry 1: '1' is neither a network"),
    ],
)
def test_mistakes(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read_allow_list(write(tmp_path, text))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "url", ["http://lists.example.com/adobe", "ftp://lists.example.com/adobe", "file:///etc/hosts"]
)
def test_a_url_that_anybody_could_change(url: str) -> None:
    with pytest.raises(InputError, match="is not https"):
        read_allow_list(url)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        read_allow_list(tmp_path / "nothing")
