"""Opens what the voice guide understands by: the knowledge base, the trained model, the sentence encoder."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from ivr.knowledge import KNOWLEDGE, load_knowledge
from ivr.understanding import MODEL, MeaningModel, Understanding
from models.call import HOTLINE_TIME_ZONE
from models.errors import DataFileError
from models.sentences import sentence_encoder


def open_understanding(knowledge: Path = KNOWLEDGE, model: Path = MODEL) -> Understanding:
    """Loads all of it, some seconds.

    Raises:
        DataFileError: a file cannot be taken, or the model was trained from another knowledge base.
    """
    learned = MeaningModel.load(model)
    try:
        understanding = Understanding(learned, load_knowledge(knowledge), sentence_encoder())
    except ValueError as error:
        raise DataFileError(model, None, f"{error}: run `yida knowledge train`") from error
    understanding.read(
        "您好", datetime.now(HOTLINE_TIME_ZONE).date()
    )  # what loads on first use loads now, not while somebody waits
    return understanding
