"""Expressions of Data Prep, as far as they can be checked without Adobe: names of functions, and how much they take.

Source: https://experienceleague.adobe.com/en/docs/experience-platform/data-prep/functions
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from zoho_adobe.columns import near

_MANY = 1_000
_ARGUMENTS = {
    **dict.fromkeys(("now", "timestamp", "nullify", "uuid", "guid"), (0, 0)),
    **dict.fromkeys(
        (
            *("lower", "lcase", "upper", "ucase", "ltrim", "rtrim", "trim", "zone_date_to_utc", "size_of", "is_empty"),
            *("contains_key", "is_set", "get_keys", "to_bigint", "to_decimal", "to_float", "to_integer"),
            *("json_to_object", "get_url_protocol", "get_url_host", "get_url_port"),
            *("ua_os_name", "ua_os_version_major", "ua_os_version", "ua_os_name_version", "ua_agent_version"),
            *("ua_agent_version_major", "ua_agent_name", "ua_device_class"),
        ),
        (1, 1),
    ),
    **dict.fromkeys(
        ("sha1", "sha256", "sha512", "md5", "crc32", "explode", "get_url_path"),
        (1, 2),
    ),
    **dict.fromkeys(
        (
            *("split", "left", "right", "extract_regex", "matches_regex", "get_url_query_str", "format", "dformat"),
            *("date_part", "zone_date_to_zone", "join"),
        ),
        (2, 2),
    ),
    **dict.fromkeys(("replacestr", "substr", "lpad", "rpad", "set_date_part", "iif"), (3, 3)),
    **dict.fromkeys(("coalesce", "first", "last", "min", "max", "concat", "to_array"), (1, _MANY)),
    **dict.fromkeys(("add_to_array", "join_arrays", "to_object", "arrays_to_object"), (1, _MANY)),
    "date": (1, 3),
    "str_to_object": (1, 3),
    "instr": (2, 4),
    "get_values": (3, 4),
    "decode": (3, _MANY),
    "make_date_time": (7, 8),
    "make_timestamp": (7, 8),
}
"""How many arguments each function takes, at least and at most."""
_METHODS = {"equals": (1, 1), "equalsIgnoreCase": (1, 1)}
_NAME = re.compile(r"[A-Za-z_]\w*\Z")
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|\$\{[^}]*\}")
_TEXT = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'")
# A name after a dot is part of a value, or a method.
_COLUMN = re.compile(r"\$\{(?P<quoted>[^}]+)\}|(?<![\w.])(?P<name>[A-Za-z_]\w*)(?P<call>\s*\()?")
_RESERVED = frozenset(
    (
        *("new", "mod", "or", "break", "var", "lt", "for", "false", "while", "eq", "gt", "div", "not", "null"),
        *("continue", "else", "and", "ne", "true", "le", "if", "ge", "return"),
    )
)
_LONGEST = 4_096


def wrong_expression(text: str) -> str:
    """Say what is wrong with an expression; empty if nothing is, or if only Adobe can know.

    Args:
        text: the expression, such as `lower(Email)`.
    """
    if len(text) > _LONGEST:
        return f"it has {len(text)} characters, and Data Prep takes {_LONGEST}"
    # What is quoted says nothing of the structure.
    plain = _QUOTED.sub(lambda found: "q" * len(found[0]), text)
    if '"' in plain or "'" in plain:
        return "a quote is not closed"
    if _unbalanced(plain):
        return "its parentheses do not match"
    for name, method, count in _calls(plain):
        known = _METHODS if method else _ARGUMENTS
        if name not in known:
            return f"Data Prep has no function {name!r}. {near(name, known)}".strip()
        least, most = known[name]
        if not least <= count <= most:
            wanted = str(least) if least == most else f"{least} or more" if most == _MANY else f"{least} to {most}"
            return f"{name}() takes {wanted} argument{'s' if wanted != '1' else ''}, not {count}"
    return ""


def columns_of(text: str) -> list[str]:
    """Return the columns that an expression reads.

    Args:
        text: the expression.
    """
    found = []
    for match in _COLUMN.finditer(_TEXT.sub("''", text)):
        if match["quoted"]:
            found.append(match["quoted"])
        elif match["call"] is None and match["name"] not in _RESERVED:
            found.append(match["name"])
    return list(dict.fromkeys(found))


def _unbalanced(plain: str) -> bool:
    depth = 0
    for character in plain:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0:
            return True
    return depth != 0


def _calls(plain: str) -> Iterator[tuple[str, bool, int]]:
    """Yield each function's name, whether it is called on a value, and how many arguments it gets."""
    for at, character in enumerate(plain):
        if character != "(":
            continue
        before = plain[:at].rstrip()
        name = _NAME.search(before)
        if name is None:
            continue
        yield name[0], before[: name.start()].endswith("."), _count(plain, at)


def _count(plain: str, opening: int) -> int:
    depth, count, filled = 0, 1, False
    for character in plain[opening:]:
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(character, 0)
        if depth == 0:
            break
        if depth == 1 and character == ",":
            count += 1
        elif not character.isspace() and not (depth == 1 and character == "("):
            filled = True
    return count if filled else 0
