"""Why a loop stopped: one enumeration, one sentence each."""

from __future__ import annotations

from enum import Enum
from typing import final


@final
class Outcome(Enum):
    """How a search or an estimate ended; the value is the sentence that a person reads."""

    FINISHED = "Everything was done."
    TIME_LIMIT = "The time limit was reached; what was found until then is kept. Try a larger time limit."
    INTERRUPTED = "Interrupted: what was found until then is kept."
    PART_LIMIT = "The limit on the number of parts was reached; small parts were left out. Try a larger limit."
    SETTLED = "No step brings it nearer."
    STEPS = "The number of steps was used up before it settled. Allow more steps."
    TRIES = "The number of tries was used up. Loosen the constraints or allow more tries."
