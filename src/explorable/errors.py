"""The one error that recording raises beside TypeError and ValueError."""


class RecordingError(RuntimeError):
    """A figure or its update does something that a recorded figure cannot show."""
