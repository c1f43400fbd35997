"""Adobe Flow Service: connections, their specs, the flows built on them, and runs."""
