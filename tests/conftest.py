"""What tests of several modules need: the real engine, loaded once, and real calls."""

from __future__ import annotations

import os
from pathlib import Path

# One thread per worker, as in the service; libraries read this when they are imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
from browsing import browser, page  # noqa: F401 - fixtures
from hypothesis import settings
from serving import real_engine

from api.recording import Recording, read_recording
from api.services import Engine
from voice.vad import SpeechModel

# How long an example takes says more about the machine's load than about the code.
settings.register_profile("yida", deadline=None)
settings.load_profile("yida")

AUDIO = Path(__file__).parent / "audio"


@pytest.fixture(scope="session")
def engine() -> Engine:
    return real_engine()


@pytest.fixture(scope="session")
def speech(engine: Engine) -> SpeechModel:
    return engine.resources.speech


@pytest.fixture(scope="session")
def call_recording() -> Recording:
    """A call of 70 seconds, citizen and operator."""
    return read_recording(AUDIO / "dev-01.wav")
