"""The voice guide: a state machine that answers questions, takes reports and hands over to people.

`Guide.step` takes what happened and returns what to do about it; nothing here waits, plays or sends. What follows
what, and what is said, are data (`flow`); what words mean is in `hearing`, what states do in `deeds`. This file
moves between the states, and knows when to be silent.
"""

from __future__ import annotations

from ivr.conversation import Complaint, Conversation, Past, fill
from ivr.deeds import DEEDS, hold_on_to
from ivr.dialog import (
    Action,
    Alert,
    Called,
    Clear,
    Event,
    Failed,
    HangUp,
    Heard,
    KeyPressed,
    Listen,
    NoteUnanswered,
    OrderFound,
    OrderSaved,
    PartHeard,
    PlaybackReached,
    QueueChanged,
    Silence,
    Turn,
)
from ivr.expecting import EXPECTED
from ivr.flow import Flow, State
from ivr.hearing import GREETING, MANNERS, NAMING, OPENING, PIECE, REPORTING, UNCLEAR, WAIT, Hearing
from ivr.interpreting import Interpreter
from ivr.patience import is_complete
from ivr.sayings import Intent
from ivr.spotting import Spotter
from ivr.understanding import Understanding
from models.phonetic import syllables

SLOWER, SLOWEST = 0.85, 0.6
"""Factor of the speed for each 「慢一点」, and the least speed."""
LOUDER_DB, LOUDEST_DB = 4.0, 8.0
MORE_PATIENCE, MOST_PATIENCE = 1.3, 2.0
"""Who wants slower speech gets more time, too: factor of the pauses for each 「慢一点」, and the most."""
MIN_BARGE_IN = 2
"""Syllables of half a sentence that stop the guide: one may be a cough that was taken for a word."""
MOST_STAYS = 3
"""How often in one state somebody may say that he has nothing to say yet."""
WORTH_NOTING = 4
"""Syllables of a question that the editors should see."""
MISHEARD, NO_ANSWER = "unclear_1", "no_answer"
"""The usual first prompt after what was not understood, and what is said instead to a question: the knowledge base
does not answer it."""
IN_PLACE = {WAIT: "no_hurry", GREETING: "listening", OPENING: "go_ahead", PIECE: "go_on"}
"""What is said, where the flow knows no more, to words that are neither an answer nor misunderstood."""


class Guide:
    """One call with the voice guide."""

    def __init__(self, understanding: Understanding, flow: Flow, spotter: Spotter) -> None:
        self._flow = flow
        self._spotter = spotter
        self._interpreter = Interpreter(understanding, spotter)
        self._hearing = Hearing(self._interpreter, spotter)
        self._c = Conversation()
        self._state = flow.start
        self._ended = False
        self._silences = self._unclear = self._stays = 0
        """Tries in this state."""
        self._speed, self._louder_db, self._patience = 1.0, 0.0, 1.0
        self._escaped = False
        """Half a sentence has already led to a person; its end must not do so once more."""

    @property
    def state(self) -> str:
        """The name of the state in the flow."""
        return self._state

    @property
    def ended(self) -> bool:
        """The guide has hung up; nothing happens any more."""
        return self._ended

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The conversation so far; of what was cut short, only what the caller heard."""
        return self._c.playback.turns

    @property
    def expects(self) -> str | None:
        """What the guide has asked for; see `ivr.expecting.EXPECTED`."""
        return self._here.expects

    @property
    def asking(self) -> bool:
        """The caller has begun to hear the question that the guide ends with: even 「嗯」 may answer it."""
        return self._c.playback.asking

    @property
    def waits_for_person(self) -> bool:
        """The caller has been promised a person and waits for one."""
        return "free" in self._here.on or self._connecting

    def is_complete(self, text: str) -> bool:
        """Whether `text`, said up to a pause, needs no more waiting; see `ivr.patience`."""
        here = self._here
        if here.listen is None:
            return False
        reading = self._interpreter.read(text, self._c.called.on, naming=here.expects in NAMING)
        return is_complete(reading, self._spotter, profile=here.listen, expects=here.expects)

    def step(self, event: Event) -> list[Action]:
        """What to do about `event`, in order."""
        if self._ended:
            return []
        match event:
            case Called():
                self._c.called = event
                return self._enter(self._flow.start)
            case Heard():
                return self._heard(event)
            case PartHeard(text):
                return self._part_heard(text)
            case KeyPressed(digit):
                return self._key(digit)
            case Silence(seconds):
                return self._silence(seconds)
            case PlaybackReached(mark, characters):
                self._c.playback.reached(mark, characters)
                return self._hang_up() if self._parting and not self._c.playback.speaking else []
            case _:
                return self._told(event)

    def _told(self, event: Alert | QueueChanged | OrderSaved | OrderFound | Failed) -> list[Action]:
        """The outside has news."""
        c = self._c
        match event:
            case Alert():
                c.alert = event
                return [*self._clear(), *self._signal("alert" if event.sure else "suspicion")]
            case QueueChanged():
                c.queue, c.line_failed = event, False
                return self._signal("free") if event.position == 0 and "free" in self._here.on else []
            case OrderSaved(order_id, code):
                c.order_id, c.code, c.past = order_id, code, Past.HANDED_IN
                return self._signal("saved")
            case OrderFound(None):
                c.missed += 1
                return self._signal("not_found" if c.missed == 1 else "not_found_again")
            case OrderFound(status):
                c.status, c.missed = status or "", 0
                return self._signal("found")
            case Failed():
                c.line_failed = c.line_failed or self._connecting
                return self._signal("failed")

    # --- The caller ----------------------------------------------------------------------------

    def _part_heard(self, text: str) -> list[Action]:
        """Half a sentence: enough to fall silent, or to go for a person."""
        if self._spotter.wants_human(text) and not self._escaped:
            actions = [*self._clear(), *self._signal(Intent.HUMAN)]
            self._escaped = True
            return actions
        if self._in_danger or self._spotter.is_acknowledgement(text) or len(syllables(text)) < MIN_BARGE_IN:
            return []
        return self._clear()

    def _heard(self, event: Heard) -> list[Action]:
        c = self._c
        escaped, self._escaped = self._escaped, False
        if not syllables(event.text) or self._ignores(event.text):
            return []
        c.hear(event)
        cleared = self._clear()
        if escaped and self._spotter.wants_human(event.text):
            return cleared
        state = self._here
        signal = self._hearing.signal(c, event, state.expects, yes_or_no=state.listen == "short")
        if signal in MANNERS:
            return [*cleared, *self._repeat(signal)]
        if (prompt := IN_PLACE.get(signal)) and self._flow.target(self._state, signal) is None:
            return [*cleared, *self._stay(signal, prompt)]
        if signal == UNCLEAR or self._flow.target(self._state, signal) is None:
            if self._connecting:
                return cleared
            if state.expects or len(syllables(event.text)) < WORTH_NOTING:
                return [*cleared, *self._not_understood()]
            return [*cleared, NoteUnanswered(event.text), *self._no_answer(event)]
        return [*cleared, *self._signal(signal)]

    def _ignores(self, text: str) -> bool:
        """Whether nothing is to be done about `text`."""
        if self._in_danger:
            return not self._spotter.wants_human(text)
        return (
            self._spotter.is_acknowledgement(text) and not self._c.playback.asking
        )  # 「嗯，嗯」 while the guide speaks

    def _no_answer(self, event: Heard) -> list[Action]:
        """To what nobody understood: no part of a report, unless it tells what is wrong and he goes on with it."""
        c, actions = self._c, list[Action]()
        asked = self._spotter.asks(event.text)
        if not c.report.told:
            if not asked and not self._spotter.objects(event.text):
                hold_on_to(c, Complaint(event.text, c.matter(event)), actions)
            c.past = Past.APART if c.past is Past.PART else c.past
        return [*actions, *self._not_understood(asked)]

    def _stay(self, signal: str, prompt: str) -> list[Action]:
        """Where a few words show that one listens; not for ever, except to the pieces of a number."""
        if self._connecting:
            return []
        self._stays += signal != PIECE
        return self._try((prompt,) * MOST_STAYS, max(1, self._stays))

    def _key(self, digit: str) -> list[Action]:
        """A key stops the guide; 0 leads to a person, unless digits are being keyed in."""
        c = self._c
        cleared = self._clear()
        expected = EXPECTED.get(self._here.expects or "")
        if expected is None or expected.number is None or (digit == "0" and not c.keys):
            return [*cleared, *(self._signal(Intent.HUMAN) if digit == "0" else [])]
        if digit == "*":
            c.keys = ""
        elif digit.isdigit():
            c.keys += digit
            if expected.whole and expected.whole.fullmatch(c.keys):
                return [*cleared, *self._keyed()]
        elif c.keys:
            return [*cleared, *self._keyed()]
        return cleared

    def _keyed(self) -> list[Action]:
        """Digits are complete: as good as spoken."""
        keys, self._c.keys, self._c.dictated = self._c.keys, "", ""
        return self._heard(Heard(keys, self._c.draft))

    def _silence(self, seconds: float) -> list[Action]:
        state = self._here
        if self._c.playback.speaking or not state.listen:
            return []
        if seconds < self._flow.listen[state.listen].answer_within_s * self._patience:
            return []
        if self._parting:
            return self._hang_up()
        if self._c.keys:
            return self._keyed()
        self._silences += 1
        return self._try(state.silence, self._silences)

    def _not_understood(self, asked: bool = False) -> list[Action]:
        """Once more; `asked`: it was a question, so what fails is not the ear."""
        self._unclear += 1
        prompts = self._here.unclear
        usual = prompts[:1] == (MISHEARD,)
        return self._try((NO_ANSWER, *prompts[1:]) if asked and usual else prompts, self._unclear)

    def _try(self, prompts: tuple[str, ...], number: int) -> list[Action]:
        """Say it another way; after the last way, give up on this state."""
        if number > len(prompts):
            return self._signal("lost")
        self._c.playback.take_turn()
        return [*self._say(prompts[number - 1 : number]), self._listen()]

    # --- Moving --------------------------------------------------------------------------------

    @property
    def _here(self) -> State:
        return self._flow.states[self._state]

    @property
    def _in_danger(self) -> bool:
        """The caller is on his way to an emergency number: nothing else is talked about."""
        return self._here.deed == "emergency"

    @property
    def _connecting(self) -> bool:
        """The caller is being connected with a person."""
        return self._here.deed is not None and DEEDS[self._here.deed].connects

    @property
    def _parting(self) -> bool:
        return self._here.deed == "hang_up"

    def _signal(self, signal: str) -> list[Action]:
        target = self._flow.target(self._state, signal)
        return self._enter(target) if target else []

    def _enter(self, name: str) -> list[Action]:
        """Go to a state, and on, as far as it goes by itself; `load_flow` has proved that it comes to rest."""
        actions: list[Action] = []
        self._c.playback.take_turn()
        self._escaped = False
        while True:
            self._state = name
            self._silences = self._unclear = self._stays = 0
            state = self._here
            actions += self._say(state.say)
            signal = DEEDS[state.deed].act(self._c, actions) if state.deed else None
            if signal is None:
                return [*actions, self._listen()] if state.listen else actions
            name = state.on[signal]

    def _repeat(self, manner: str) -> list[Action]:
        """Once more, in that manner; not for ever."""
        if manner == Intent.SLOWER:
            self._speed = max(SLOWEST, self._speed * SLOWER)
            self._patience = min(MOST_PATIENCE, self._patience * MORE_PATIENCE)
        elif manner == Intent.LOUDER:
            self._louder_db = min(LOUDEST_DB, self._louder_db + LOUDER_DB)
        self._stays += self._here.listen != "waiting"
        if self._stays > MOST_STAYS:
            return self._signal("lost")
        texts = self._c.playback.last_texts
        self._c.playback.take_turn()
        return [*(self._c.playback.say(text, self._speed, self._louder_db) for text in texts), self._listen()]

    def _hang_up(self) -> list[Action]:
        self._ended = True
        return [HangUp()]

    # --- Speaking ------------------------------------------------------------------------------

    def _say(self, prompts: tuple[str, ...]) -> list[Action]:
        values = self._c.values(self._flow.prompts)
        texts = [fill(self._flow.prompts[prompt], values) for prompt in prompts]
        return [self._c.playback.say(text, self._speed, self._louder_db) for text in texts if text]

    def _listen(self) -> Listen:
        profile = self._here.listen or "question"
        listening = self._flow.listen[profile]
        expected = EXPECTED.get(self._here.expects or "")
        said = self._c.playback.last_texts
        return Listen(
            profile,
            listening.end_pause_s * self._patience,
            listening.answer_within_s * self._patience,
            expected.number if expected else None,
            said[-1] if said and self._here.expects in REPORTING else "",
        )

    def _clear(self) -> list[Action]:
        if not self._c.playback.speaking:
            return []
        self._c.playback.clear()
        return [Clear()]
