"""Escaping: whatever a name or value contains, it is shown as it is and does nothing."""

from __future__ import annotations

import html
import re

_LONGEST = 160
_CONTEXT = 30
# Inside a code span these end the span, the table's cell or the line.
_UNSAFE_IN_CODE = re.compile(r"[`|\\]")
# Letters and a symbol that look like nothing at all.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+!|~>$-])")


def code(text: str) -> str:
    """Write a value as code: no markup in it has an effect, no mention notifies anybody.

    Args:
        text: the value.

    Returns:
        Markdown of one line, also good inside of a table.
    """
    text = _printable(text)
    if not text:
        return "*(empty)*"
    return html_code(text) if _UNSAFE_IN_CODE.search(text) or text != text.strip() else f"`{text}`"


def html_code(text: str, *, tag: str = "code") -> str:
    """Write a value as code where Markdown is not read, such as in the summary of a folded part.

    Args:
        text: the value.
        tag: the element that it is written in, empty for none.

    Returns:
        HTML of one line.
    """
    safe = "".join(char if char.isalnum() or char in " -" else f"&#{ord(char)};" for char in _printable(text))
    return f"<{tag}>{safe}</{tag}>" if tag else safe


def prose(text: str) -> str:
    """Write a text of others as prose, all its markup taken away.

    Args:
        text: the text.

    Returns:
        Markdown of one line.
    """
    escaped = _MARKUP.sub(r"\\\1", html.escape(_printable(text), quote=False))
    # A joiner of no width keeps `@name` from being a mention.
    return escaped.replace("@", "@\u2060")


def kind_of(kind: str) -> str:
    """Write the short name of a type as prose.

    Args:
        kind: the name, mostly a word that holds no markup.

    Returns:
        Markdown of one line.
    """
    return kind if re.fullmatch("[A-Za-z0-9-]+", kind) else prose(short(kind))


def block(text: str) -> str:
    """Write a text of several lines as a block of code.

    Args:
        text: the text.

    Returns:
        Markdown of several lines.
    """
    lines = [_printable(line) for line in text.replace("\r\n", "\n").strip("\n").split("\n")]
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([f"{fence}text", *lines, fence])


def shortened(before: str | None, after: str | None) -> tuple[str | None, str | None]:
    """Shorten two long values so that what differs between them stays to be seen.

    Args:
        before: the old value, if there is one.
        after: the new value, if there is one.

    Returns:
        Both, each of a length that fits into a table.
    """
    if max(len(before or ""), len(after or "")) <= _LONGEST:
        return before, after
    same = 0
    if before is not None and after is not None:
        for one, other in zip(before, after, strict=False):
            if one != other:
                break
            same += 1
    start = max(0, same - _CONTEXT)
    return _window(before, start), _window(after, start)


def short(text: str) -> str:
    """Shorten a long name.

    Args:
        text: the name.

    Returns:
        Its beginning, of a length that fits into a line.
    """
    return _window(text, 0) or ""


def _window(text: str | None, start: int) -> str | None:
    if text is None:
        return None
    end = start + _LONGEST
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")


def _printable(text: str) -> str:
    """Show what has no form of its own, such as a newline or a mark that turns the direction of writing around."""
    return "".join(char if char.isprintable() and char not in _BLANK else _escape(char) for char in text)


def _escape(char: str) -> str:
    number = ord(char)
    return {"\n": "⏎", "\t": "⇥", "\r": "␍"}.get(char, f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}")


def count(number: int, noun: str) -> str:
    """Write a number of things.

    Args:
        number: how many.
        noun: what one of them is called.

    Returns:
        Such as "1 field" or "2 fields".
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"
