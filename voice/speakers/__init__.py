"""Two voices on one channel: who speaks when, and which of them is the operator.

`Diarizer` tells them apart with pyannote.audio (the extra `yida[diarize]`); everything else here is pure.
"""

from __future__ import annotations

from importlib.util import find_spec


def installed() -> bool:
    """Whether what the diarizer needs is here."""
    return all(map(find_spec, ("torch", "torchaudio", "pyannote"))) and find_spec("pyannote.audio") is not None
