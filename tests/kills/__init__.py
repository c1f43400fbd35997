"""The kill test: the engine, the provider or both are killed at a random request, and nothing is lost or left over."""
