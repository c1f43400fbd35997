"""`zone`: shows the landing zone of a sandbox, and renews its credentials once a person has agreed."""

from __future__ import annotations

import sys

import click

_WHOM = (
    "All credentials of this landing zone that were given out before end at once, for everybody who uses the sandbox: "
    "other teams' uploads, other tools and other exporters. Dataflows go on. `python -m zoho_adobe export` asks for "
    "new ones by itself and needs no refresh."
)


@click.command(epilog="Without --stack, Adobe's settings come from ADOBE_ORGANIZATION, ADOBE_SANDBOX and so on.")
@click.option("--stack", default="", help="Use the Adobe settings of this stack.")
@click.option("--refresh", is_flag=True, help="End all credentials of the zone and make new ones; asks first.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(stack: str, refresh: bool, yes: bool) -> int:
    """Show the sandbox's landing zone: where it is, and how long it keeps files.

    Never prints a credential.
    """
    from zoho_adobe.cli.adobe import clients_of, plain
    from zoho_adobe.cli.display import Display

    clients = clients_of(stack)
    sandbox = clients.settings.sandbox
    zones = clients.landing_zones(sandbox)
    place, display = zones.place(), Display(results=True)
    kind = "container" if place.provider == "azure" else "bucket"
    name = {"azure": "Azure", "aws": "AWS"}[place.provider]
    display.line(
        f"sandbox {plain(sandbox)}: {kind} {plain(place.container)} on {name}; files are kept for "
        f"{place.days_to_live} days"
    )
    if not refresh:
        return 0
    Display().line(_WHOM)
    if not yes and not _agreed(sandbox):
        Display().line("nothing was changed")
        return 1
    zones.refresh()
    display.line("the credentials were renewed")
    return 0


def _agreed(sandbox: str) -> bool:
    """Return whether a person has typed the sandbox's name; without a terminal nobody has."""
    if not sys.stdin.isatty():
        raise click.UsageError("--refresh asks first: run it at a terminal, or with --yes")
    answer: str = click.prompt("Type the sandbox's name to go on", err=True, default="", show_default=False)
    return answer.strip() == sandbox
