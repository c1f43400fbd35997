"""What goes wrong on the way to an engine."""


class EngineError(Exception):
    """No engine, for a reason that the message gives together with what to do about it."""
