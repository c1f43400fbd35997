"""The kinds of clients that Zoho's API console registers, and what each is good for here.

Source: https://www.zoho.com/accounts/protocol/oauth-setup.html
"""

from __future__ import annotations

from dataclasses import dataclass

from rich.table import Table

WEB, SELF, NON_BROWSER, MOBILE, JAVASCRIPT = "web-based", "self-client", "non-browser", "mobile", "javascript"


@dataclass(frozen=True, slots=True)
class ClientType:
    """A kind of client.

    Attributes:
        name: its name on the command line.
        console_name: its name in Zoho's API console.
        registered_with: what the console asks for.
        can: what it can do.
        cannot: what it cannot do.
        usable: whether `authorize` can use it.
    """

    name: str
    console_name: str
    registered_with: str
    can: str
    cannot: str
    usable: bool = True


CLIENT_TYPES = {
    kind.name: kind
    for kind in (
        ClientType(
            WEB,
            "Server-based Applications",
            "a name, a home page, and the redirect URI below",
            "consent in the browser of this machine; other people's organizations, and several data centers",
            "work on a machine without a browser",
        ),
        ClientType(
            SELF,
            "Self Client",
            "nothing more; each account has one",
            "your own organization, without a redirect: the console's Generate Code gives a grant token of 3 to 10 "
            "minutes",
            "other people's organizations; there is one per account",
        ),
        ClientType(
            NON_BROWSER,
            "Non-browser Applications",
            "a name and a home page",
            "consent on any other device, for a machine without a browser",
            "go faster than two looks a minute",
        ),
        ClientType(
            MOBILE,
            "Mobile-based Applications",
            "a name, a home page, and a redirect URI of the app's own scheme",
            "consent inside an app, with Zoho's SDK",
            "send the consent back to a command line",
            usable=False,
        ),
        ClientType(
            JAVASCRIPT,
            "Client-based Applications",
            "a name, a home page, a redirect URI, and the domain of the JavaScript",
            "give a page in the browser access for an hour",
            "give a refresh token, which Adobe needs",
            usable=False,
        ),
    )
}


def table() -> Table:
    """Return the table that a person chooses from."""
    shown = Table(title="What Zoho registers at https://api-console.zoho.com (.eu, .in, …)")
    for title in ("--client-type", "in the console, and what it asks for", "can", "cannot"):
        shown.add_column(title, overflow="fold", no_wrap=title == "--client-type")
    for kind in CLIENT_TYPES.values():
        name = kind.name if kind.usable else f"({kind.name})"
        registration = f"{kind.console_name}: {kind.registered_with}"
        shown.add_row(name, registration, kind.can, kind.cannot, end_section=True)
    shown.caption = (
        "Redirect URI, to the letter: http://127.0.0.1:8976/callback (another port with --port).\n"
        "In brackets: of no use here. If in doubt: web-based on your own machine, else self-client."
    )
    return shown
