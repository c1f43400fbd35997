"""Adobe Identity Service: identity namespaces."""
