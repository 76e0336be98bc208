"""What a recording may weigh, and how many settings are visited for it."""

import dataclasses


@dataclasses.dataclass
class Limits:
    """Limits that an author may set: ``explorable.limits.kilobytes = 5000``.

    Attributes
    ----------
    kilobytes : float
        Above this weight after gzip a recording is an error (above `HEAVY` it is a warning).
    settings : int
        So many settings of its controls a function is called with by `interact`; of more, some are left out.
    """

    kilobytes: float = 3000
    settings: int = 3000


HEAVY = 300  # kilobytes after gzip
limits = Limits()
