"""The composition root: the one place that builds what the service consists of, and takes it down again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeAlias, cast

from fastapi import Depends
from starlette.requests import HTTPConnection
from threadpoolctl import threadpool_limits

from api.answering import open_understanding
from api.bus import Bus, LocalBus
from api.call_list import CallList
from api.cards import KnowledgeCards
from api.choices import Choices
from api.guide_service import GuideService, load_guide
from api.live import LiveCalls
from api.llm import SecondOpinion
from api.operator_line import OperatorLine
from api.recogniser import Recogniser
from api.reference import load_choices, load_fields, read_gazetteer
from api.settings import Settings
from ivr.understanding import Understanding
from models.events import Event
from models.store import Store
from models.weights import Catalogue
from voice.adaptation.adapter import Adapter
from voice.ct2 import ModelError
from voice.decoder import Decoder
from voice.fields.explained_by_sound import load_explanations
from voice.names import NameIndex
from voice.recall import NameRecall
from voice.session import SessionResources
from voice.spelling import SpellingDecoder, WordSpelling
from voice.text import name_pattern
from voice.vad import SpeechModel
from voice.whisper import WhisperDecoder, hub_model

GPU_BATCH = 16
SPEECH_PING_S = 60.0
"""A spoken syllable costs as much as some hundred other pings."""
SLOW_PING_S = 1.0

Ping: TypeAlias = Callable[[], Awaitable[None]]
"""Returns when the component works; raises what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Engine:
    """What hears calls: loaded once, shared by all of them."""

    decoder: Decoder
    resources: SessionResources
    batch: int = 1
    """Windows that a worker decodes at once."""


@dataclass(frozen=True, slots=True)
class Services:
    """What routes work with."""

    settings: Settings
    store: Store
    bus: Bus
    call_list: CallList
    live: LiveCalls
    recogniser: Recogniser
    resources: SessionResources
    choices: Choices
    guide: GuideService | None
    """None: no guide answers here."""
    cards: KnowledgeCards | None
    """None: the knowledge base is not open."""
    operators: OperatorLine
    opinion: SecondOpinion | None
    """None: nobody else is asked about drafts."""
    pings: Mapping[str, Ping]
    """By component; `/health` asks each."""


@asynccontextmanager
async def open_services(
    settings: Settings,
    engine: Engine | None = None,
    guide: GuideService | None = None,
    understanding: Understanding | None = None,
) -> AsyncIterator[Services]:
    """Everything that `settings` ask for, opened in order and closed in reverse.

    Args:
        engine: one that is loaded already; by default the one that the settings name, and with it the knowledge base
            and the guide.
        guide: one that is loaded already, to go with such an engine.
        understanding: of the knowledge base, likewise.

    Raises:
        StoreError: the database cannot be opened.
        WeightsError: the speech model is not on this machine.
        DataFileError: a reference data file cannot be taken.
    """
    bus = LocalBus()

    def ring(events: list[Event]) -> None:
        for call_id in {event.call_id for event in events}:
            bus.ring(call_id)

    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(Store.open(settings.database, node=settings.node, on_stored=ring))
        await store.interrupt_live_calls()
        if engine is None:
            engine = await asyncio.to_thread(load_engine, settings)
            understanding = await asyncio.to_thread(open_understanding)
            guide = await asyncio.to_thread(load_guide, settings, understanding) if settings.guide else None
        recogniser = Recogniser(
            engine.decoder, workers=settings.workers, batch=engine.batch, max_calls=settings.max_calls
        )
        await stack.enter_async_context(recogniser.running())
        live = LiveCalls()
        if guide is not None:
            await stack.enter_async_context(_rehearsing(guide, live))
        yield Services(
            settings=settings,
            store=store,
            bus=bus,
            call_list=CallList(store),
            live=live,
            recogniser=recogniser,
            resources=engine.resources,
            choices=await asyncio.to_thread(load_choices, settings),
            guide=guide,
            cards=KnowledgeCards(understanding) if understanding else None,
            operators=OperatorLine(settings.operators),
            opinion=await stack.enter_async_context(_opinion(settings)),
            pings={"store": store.ping, "recogniser": recogniser.ping, **_guide_pings(guide)},
        )


def _guide_pings(guide: GuideService | None) -> Mapping[str, Ping]:
    return {"guide": guide.ping, "speech": seldom(guide.ping_speech, SPEECH_PING_S)} if guide else {}


def seldom(ping: Ping, every_s: float) -> Ping:
    """`ping`, which costs something, at most once in so many seconds; while it fails, each time.

    It may be slow, since others are ahead of it: it has failed when it raises, or is not done after `every_s`.
    """
    asked: asyncio.Task[None] | None = None
    asked_s = 0.0

    async def again() -> None:
        nonlocal asked, asked_s
        now_s = time.monotonic()
        if asked is None or (asked.done() and (now_s - asked_s > every_s or asked.exception())):
            asked, asked_s = asyncio.ensure_future(ping()), now_s
        await asyncio.wait({asked}, timeout=SLOW_PING_S)
        if asked.done():
            asked.result()
        elif now_s - asked_s > every_s:
            raise TimeoutError

    return again


@asynccontextmanager
async def _opinion(settings: Settings) -> AsyncIterator[SecondOpinion | None]:
    """The second opinion that the settings ask for, while this is open."""
    if settings.llm_url is None:
        yield None
        return
    key = settings.llm_key.get_secret_value() if settings.llm_key else None
    opinion = SecondOpinion(settings.llm_url, settings.llm_model, key)
    try:
        yield opinion
    finally:
        await opinion.aclose()


@asynccontextmanager
async def _rehearsing(guide: GuideService, live: LiveCalls) -> AsyncIterator[None]:
    """While this is open, the guide makes ahead what it will say, whenever nobody calls."""
    task = asyncio.create_task(guide.rehearse(lambda: len(live)))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def load_engine(settings: Settings) -> Engine:
    """The speech model that the settings name, and the reference data that every call is heard with.

    Raises:
        WeightsError: the model is not on this machine; the message says how to get it.
        ModelError: its files cannot be read.
        DataFileError: a reference data file cannot be taken; says where, and why.
    """
    threadpool_limits(1, user_api="blas")  # its threads would spin beside those that decode, for small matrices
    folder = model_folder(settings.model)
    gazetteer = read_gazetteer(settings)
    names = NameIndex(gazetteer)
    load_explanations()  # else the first caller who tells his name would wait for them
    decoder = WhisperDecoder(folder, workers=settings.workers, adapter=_adapter(settings, folder))
    return Engine(
        decoder=SpellingDecoder(decoder, NameRecall(names), WordSpelling.load()),
        batch=GPU_BATCH if decoder.on_gpu else 1,
        resources=SessionResources(
            speech=SpeechModel(),
            fields=load_fields(settings, names),
            numeral_names=name_pattern((*(place.name for place in gazetteer.places), *settings.hotwords)),
            hotwords=settings.hotwords,
        ),
    )


def _adapter(settings: Settings, folder: Path) -> Adapter | None:
    """The deployer's, which must fit; else the one that ships with Yida, if it is for the model in `folder`."""
    if settings.adapter is not None:
        return Adapter.load(settings.adapter)
    shipped, model = Adapter.load(), folder / "model.bin"
    return shipped if model.exists() and shipped.belongs_to(model.read_bytes()) else None


def model_folder(name: str) -> Path:
    """The folder of the speech model `name`: of the catalogue, of the deployer, or one that faster-whisper knows.

    Raises:
        WeightsError, ModelError: it cannot be had.
    """
    catalogue = Catalogue.load()
    if name in catalogue.models or Path(name).expanduser().is_dir():
        return catalogue.locate(name)
    try:
        return hub_model(name)
    except ModelError as error:
        ours = " ".join(catalogue.models)
        raise ModelError(f"YIDA_MODEL={name}: no folder, and none of `yida models list` ({ours}); {error}") from error


def _services(connection: HTTPConnection) -> Services:
    return cast(Services, connection.state.services)


Opened = Annotated[Services, Depends(_services)]
"""The services, as a route declares that it needs them."""
