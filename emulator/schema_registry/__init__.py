"""Adobe Schema Registry: XDM schemas and field groups."""
