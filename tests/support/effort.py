"""How hard the property tests look."""

import os

LONG = bool(os.environ.get("ZOHO_ADOBE_LONG"))
