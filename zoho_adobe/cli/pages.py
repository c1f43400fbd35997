"""The pages that the browser shows when Zoho sends it back: complete in themselves, without scripts and other files."""

from __future__ import annotations

from html import escape

HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} - zoho-adobe</title>
<style>
  :root {{ color-scheme: light dark; --text: #1b1b1f; --back: #f4f4f6; --card: #ffffff; --edge: {light}; }}
  @media (prefers-color-scheme: dark) {{
    :root {{ --text: #ececf1; --back: #131316; --card: #1f1f24; --edge: {dark}; }}
  }}
  body {{ margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--back);
         color: var(--text); font: 1.125rem/1.6 system-ui, sans-serif; }}
  main {{ box-sizing: border-box; width: min(38rem, 100% - 2rem); padding: 2rem; border-radius: .5rem;
         border-top: .4rem solid var(--edge); background: var(--card); overflow-wrap: anywhere; }}
  h1 {{ margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; }}
  p {{ margin: 0 0 1rem; }}
  p:last-child {{ margin: 0; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
{paragraphs}
</main>
</body>
</html>
"""


def success_page() -> bytes:
    """Return the page for a consent that has arrived."""
    return _page(
        "Zoho has passed on your consent",
        "The command that asked for it goes on in your terminal: it checks the credentials and stores them.",
        "You can close this page.",
        good=True,
    )


def failure_page(message: str, remedy: str) -> bytes:
    """Return the page for a consent that did not come about.

    Args:
        message: what happened.
        remedy: what to do.
    """
    remedy = f"{remedy.rstrip('.')}." if remedy else ""
    return _page("There is no consent", f"{message}.", remedy, "You can close this page.", good=False)


def stray_page(message: str) -> bytes:
    """Return the page for a request that is not the awaited answer of Zoho.

    Args:
        message: what it is.
    """
    return _page("This is not the awaited answer", message, "You can close this page.", good=False)


def _page(title: str, *paragraphs: str, good: bool) -> bytes:
    return _PAGE.format(
        title=escape(title),
        paragraphs="\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs if paragraph),
        light="#1a7f37" if good else "#b3261e",
        dark="#4ac26b" if good else "#f2b8b5",
    ).encode()
