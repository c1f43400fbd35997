"""Adobe Flow Service: connections and their specs."""
