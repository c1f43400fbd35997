"""Adobe's Connectors API, as far as it is about the Data Landing Zone."""
