"""Pages for people."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from string import Template

from emulator.core.http import Answer
from emulator.core.store import Document
from emulator.zoho_accounts.scopes import in_words
from emulator.zoho_accounts.users import full_name

STYLE = (Path(__file__).parent / "page.css").read_text()
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
PAGE = Template("""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>$title · Zoho emulator</title>
<style>$style</style>
</head>
<body>
<p class="notice"><strong>Emulator.</strong> This page is not Zoho's. It runs on your computer,
and nothing leaves it.</p>
<main>
$content
</main>
</body>
</html>
""")
DECISION = """\
<div class="buttons">
<button class="primary" name="decision" value="accept">Accept</button>
<button name="decision" value="reject">Reject</button>
</div>"""


def page(title: str, content: str, status: int = 200) -> Answer:
    """Render a page. The content is HTML already."""
    text = PAGE.substitute(title=escape(title), style=STYLE, content=content)
    return Answer(status, text.encode(), dict(HEADERS))


def error_page(title: str, text: str, status: int = 400) -> Answer:
    """Say what is wrong to a person, who cannot be sent on."""
    content = f"""\
<h1>{escape(title)}</h1>
<p>{escape(text)}</p>
<p class="aside">You can close this page. Nothing has been allowed.</p>"""
    return page(title, content, status)


def message_page(title: str, text: str) -> Answer:
    """Say what has happened."""
    return page(title, f"<h1>{escape(title)}</h1>\n<p>{escape(text)}</p>")


def consent_page(
    client: Document,
    users: Sequence[Document],
    companies: Sequence[str],
    scopes: Sequence[str],
    *,
    offline: bool,
    destination: str,
    hidden: str = "",
) -> Answer:
    """Ask a person. `destination` says where the answer goes."""
    name = escape(client["name"])
    items = "\n".join(
        f"<li><span>{escape(words)}</span> <code>{escape(scope)}</code></li>" for scope, words in in_words(scopes)
    )
    lasts = "until you revoke it" if offline else "for one hour"
    content = f"""\
<div class="who" aria-hidden="true"><span>{escape(client["name"].strip()[:1].upper() or "?")}</span></div>
<h1><span class="name">{name}</span> asks for access to your Zoho account</h1>
<form method="post">
{hidden}{_accounts(users, companies)}
<section aria-labelledby="scopes">
<h2 id="scopes">If you accept, it can</h2>
<ul>
{items}
</ul>
<p class="aside">The access lasts {lasts}.</p>
</section>
{DECISION}
</form>
<p class="aside destination">{escape(destination)}</p>"""
    return page(f"Access for {client['name']}", content)


def device_page(problem: str = "") -> Answer:
    """Ask a person for the code that the device shows."""
    alert = f'<p class="problem" id="problem" role="alert">{escape(problem)}</p>' if problem else ""
    described = ' aria-invalid="true" aria-describedby="problem"' if problem else ""
    content = f"""\
<h1>Connect a device</h1>
<form method="get">
<label for="user_code">Enter the code that your device shows</label>
{alert}
<input id="user_code" name="user_code" autocomplete="off" autocapitalize="characters" spellcheck="false"
 placeholder="XXXX-XXXX" required autofocus{described}>
<div class="buttons"><button class="primary">Continue</button></div>
</form>"""
    return page("Connect a device", content, 400 if problem else 200)


def hidden_field(name: str, value: str) -> str:
    """Render what a form carries without showing it."""
    return f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">\n'


def _accounts(users: Sequence[Document], companies: Sequence[str]) -> str:
    several = len(users) > 1
    rows = []
    for number, (user, company) in enumerate(zip(users, companies, strict=True)):
        checked = " checked" if number == 0 else ""
        kind = "radio" if several else "hidden"
        rows.append(
            f'<label class="account"><input type="{kind}" name="account" value="{escape(user["zuid"])}"{checked}>'
            f"<span><strong>{escape(full_name(user))}</strong><br>{escape(user['email'])}"
            f'<br><span class="aside">{escape(company)} · data center {escape(user["dc"].upper())}</span>'
            "</span></label>"
        )
    title = "Choose the account" if several else "Your account"
    return f"<fieldset>\n<legend>{title}</legend>\n" + "\n".join(rows) + "\n</fieldset>"
