"""The regions that an organization of Adobe Experience Platform may live in: they decide from where Adobe calls Zoho.

Source: https://experienceleague.adobe.com/en/docs/experience-platform/sources/ip-address-allow-list
"""

from __future__ import annotations

REGIONS = {
    "VA7": "North America",
    "NLD2": "Europe",
    "AUS5": "Australia",
    "CAN2": "Canada",
    "VA6": "United States, on Amazon Web Services",
}
"""Title of each region, by its code."""

ALLOW_LIST_URL = "https://experienceleague.adobe.com/en/docs/experience-platform/sources/ip-address-allow-list"
"""Where Adobe lists the addresses of each region. It announces no change: look at it every three months."""


def adobe_addresses(region: str) -> str:
    """Return whose addresses Zoho must let in, and where Adobe lists them.

    Args:
        region: the region's code, empty if it is not known.
    """
    whose = f"region {region} ({REGIONS[region]})" if region in REGIONS else "your organization's region"
    return f"Adobe's addresses of {whose}: {ALLOW_LIST_URL}"
