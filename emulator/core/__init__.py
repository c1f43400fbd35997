"""What every emulated service shares: HTTP shapes, storage, clock, tenants, faults, request log."""
