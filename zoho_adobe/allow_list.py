"""The addresses that Adobe calls Zoho from, as a list that the operator keeps: this package has none of its own.

Adobe publishes them as a page for people, changes them, and announces no change
(https://experienceleague.adobe.com/en/docs/experience-platform/sources/ip-address-allow-list). So somebody copies the
list of the organization's region, with the date of that, into a file or behind a URL, in one of two forms. As JSON:

```json
{"region": "VA7", "date": "2026-11-01", "networks": ["192.0.2.0/24", "198.51.100.7"]}
```

or as plain text, one network or address a line, where `#` begins a comment and two comments have a meaning:

```text
# region: VA7
# date: 2026-11-01
192.0.2.0/24
198.51.100.7
```

`networks` of what is read goes into firewall resources, such as the CIDR blocks of a security group.
"""

from __future__ import annotations

import datetime
import ipaddress
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from zoho_adobe.data_centers import is_loopback
from zoho_adobe.errors import InputError
from zoho_adobe.regions import ALLOW_LIST_URL, REGIONS

TIMEOUT = 30.0

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_HEADER = re.compile(r"#\s*(region|date)\s*:\s*(\S+)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AllowList:
    """The networks that Adobe calls from.

    Attributes:
        region: the code of the region, such as "VA7".
        date: when the operator copied the list.
        networks: the networks in CIDR notation, in the order of the list; a single address is one of /32 or /128.
    """

    region: str
    date: datetime.date
    networks: tuple[str, ...]


def read_allow_list(path_or_url: str | Path) -> AllowList:
    """Read an allow list and check it.

    Args:
        path_or_url: a file, or an https URL that needs no login.

    Returns:
        The list.

    Raises:
        InputError: it cannot be read, or has duplicates, malformed or overlapping networks; all of them are named.
        NoAnswerError: the URL does not answer.
    """
    source = str(path_or_url)
    text = _fetch(source) if "://" in source else _load(Path(source))
    region, date, entries = _parse(source, text)
    return AllowList(_region(source, region), _date(source, date), _networks(source, entries))


def _load(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise InputError("allow_list", f"{path} cannot be read: {reason}") from None


def _fetch(url: str) -> str:
    from zoho_adobe.api.transport import Transport

    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(url)):
        raise InputError(
            "allow_list", f"{url} is not https", remedy="Use https: whoever changes the list opens a firewall"
        )
    transport = Transport("the allow list", f"{parts.scheme}://{parts.netloc}", timeout=TIMEOUT)
    answer = transport.send("GET", f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}")
    if answer.status != 200:
        raise InputError("allow_list", f"{url} answers with status {answer.status}")
    return answer.text


def _parse(source: str, text: str) -> tuple[str, str, list[tuple[str, str]]]:
    """Return region, date, and each entry with the place it stands at."""
    if text.lstrip().startswith("{"):
        return _parse_json(source, text)
    headers = {"region": "", "date": ""}
    entries = []
    for number, line in enumerate(text.splitlines(), 1):
        header = _HEADER.fullmatch(line.strip())
        if header:
            headers[header.group(1).lower()] = header.group(2)
        entry = line.partition("#")[0].strip()
        if entry:
            entries.append((f"line {number}", entry))
    return headers["region"], headers["date"], entries


def _parse_json(source: str, text: str) -> tuple[str, str, list[tuple[str, str]]]:
    try:
        body: Any = json.loads(text)
    except ValueError as error:
        raise InputError("allow_list", f"{source} is not JSON: {error}") from None
    networks = body.get("networks")
    if not isinstance(networks, list):
        raise InputError("allow_list", f"{source} has no list named networks")
    entries = [(f"entry {number}", str(entry).strip()) for number, entry in enumerate(networks, 1)]
    return str(body.get("region") or ""), str(body.get("date") or ""), entries


def _region(source: str, code: str) -> str:
    if code not in REGIONS:
        what = f"the region {code!r} is unknown" if code else "the region is missing"
        raise InputError("allow_list", f"{source}: {what}", remedy=f"Write one of {', '.join(REGIONS)}")
    return code


def _date(source: str, text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        what = f"{text!r} is not a valid date" if text else "the date is missing"
        raise InputError(
            "allow_list", f"{source}: {what}", remedy="Write when it was copied from Adobe, such as 2026-11-01"
        ) from None


def _networks(source: str, entries: list[tuple[str, str]]) -> tuple[str, ...]:
    problems: list[str] = []
    networks: list[tuple[str, _Network]] = []
    for place, entry in entries:
        try:
            network = ipaddress.ip_network(entry)
        except ValueError:
            problems.append(f"{place}: {entry!r} {_malformed(entry)}")
            continue
        if network.prefixlen == 0:
            problems.append(f"{place}: {entry!r} is the whole internet")
            continue
        problems += _clashes(place, network, networks)
        networks.append((place, network))
    if not entries:
        problems.append(f"it is empty; Adobe's list is at {ALLOW_LIST_URL}")
    if problems:
        raise InputError("allow_list", f"{source}: {'; '.join(problems)}", remedy="Correct the list")
    return tuple(str(network) for _, network in networks)


def _malformed(entry: str) -> str:
    try:
        meant = ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return "is neither a network nor an address"
    return f"has bits set behind its prefix; was {meant} meant?"


def _clashes(place: str, network: _Network, earlier: list[tuple[str, _Network]]) -> Iterator[str]:
    for other_place, other in earlier:
        if network == other:
            yield f"{place}: {network} is there already, at {other_place}"
        elif network.version == other.version and network.overlaps(other):
            yield f"{place}: {network} overlaps with {other} at {other_place}"
