"""The resources: they know Pulumi, and nothing of HTTP. One file a resource: its lifecycle, then the resource."""
