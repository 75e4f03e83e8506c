"""The course of a conversation as data: states, what each says, and what follows what.

`load_flow` proves, before any call, that every target and every prompt exists, that every state can be reached and
does a deed that the guide knows, that no chain of states runs in a circle without waiting for the caller, and that
from every state in which the guide listens there is a way to a person.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from ivr.deeds import DEEDS
from ivr.expecting import EXPECTED
from models.catalogue import read_text
from models.errors import DataFileError

FLOW = Path(__file__).parent / "data" / "flow.toml"
PROMPTS = Path(__file__).parent / "data" / "prompts.toml"

HEARD = frozenset(
    {
        "human", "alert", "suspicion", "hangup", "callback", "answer", "answer_first", "answer_report",
        "answer_progress", "close", "report", "done", "yes", "no", "wait", "greeting", "opening", "angry", "cancel",
        "digits", "saved", "found", "not_found", "not_found_again", "free", "failed", "lost",
    }
)  # fmt: skip
"""Signals that can come in every state: from the caller, the store, the queue."""
VALUES = frozenset(
    {
        "answer", "options", "first", "second", "phone", "summary", "order", "code", "status", "line", "ahead",
        "wait", "number",
    }
)  # fmt: skip
"""What prompts can contain."""
REQUIRED_PROMPTS = frozenset({"option_one", "option_two", "line_known", "line_next", "line_unknown", "no_answer"})
REQUIRED_PROMPTS |= frozenset({"no_hurry", "listening", "go_ahead", "go_on"})
"""Said by the guide without being named in the flow."""

_T = TypeVar("_T")


class Listening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How patiently the guide listens."""

    end_pause_s: float
    answer_within_s: float


class State(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One state. Without `listen` it goes on by the signal of its deed."""

    say: tuple[str, ...] = ()
    deed: str | None = None
    listen: str | None = None
    expects: str | None = None
    silence: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    on: Mapping[str, str] = {}


class Flow(msgspec.Struct, frozen=True):
    """A checked flow with its prompts."""

    start: str
    listen: Mapping[str, Listening]
    anywhere: Mapping[str, str]
    states: Mapping[str, State]
    prompts: Mapping[str, str]

    def target(self, state: str, signal: str) -> str | None:
        """The state that follows `signal` in `state`."""
        return self.states[state].on.get(signal, self.anywhere.get(signal))


def load_flow(path: Path = FLOW, prompts: Path = PROMPTS) -> Flow:
    """The flow in `path` with the prompts in `prompts`.

    Raises:
        DataFileError: a file cannot be read or is not a flow that works; says where, and why.
    """
    texts = _convert(prompts, _toml(prompts), dict[str, str])
    table = _toml(path)
    table["states"] = table.pop("state", {})
    flow = _convert(path, {**table, "prompts": texts}, Flow)
    for reason in _text_problems(texts):
        raise DataFileError(prompts, None, reason)
    for reason in problems(flow):
        raise DataFileError(path, None, reason)
    return flow


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise DataFileError(path, None, f"is not TOML: {error}") from error


def _convert(path: Path, table: Any, kind: type[_T]) -> _T:
    try:
        return msgspec.convert(table, kind)
    except msgspec.ValidationError as error:
        raise DataFileError(path, None, str(error)) from error


def blanks(prompt: str) -> frozenset[str]:
    """The names in `prompt` that are filled in when it is said.

    Raises:
        ValueError: its braces do not match.
    """
    return frozenset(name for _, name, _, _ in string.Formatter().parse(prompt) if name is not None)


# --- Checks ------------------------------------------------------------------------------------


def _text_problems(prompts: Mapping[str, str]) -> Iterator[str]:
    for name, text in prompts.items():
        try:
            names = blanks(text)
        except ValueError as error:
            yield f"{name}: {error}"
            continue
        if unknown := names - VALUES:
            yield f"{name}: nothing is known as {', '.join(sorted(unknown))}"
        if not text.strip():
            yield f"{name}: is empty"
    if missing := REQUIRED_PROMPTS - prompts.keys():
        yield f"missing: {', '.join(sorted(missing))}"


def problems(flow: Flow) -> Iterator[str]:
    """What is wrong with a flow."""
    if flow.start not in flow.states:
        yield f"start: no state {flow.start!r}"
        return
    broken = False
    for reason in (r for name in flow.states for r in _state_problems(flow, name)):
        broken = True
        yield reason
    for signal, target in flow.anywhere.items():
        if signal not in HEARD or target not in flow.states:
            broken = True
            yield f"anywhere: {signal} = {target!r}: no such signal or state"
    if broken:
        return
    if lost := flow.states.keys() - _reachable(flow, flow.start):
        yield f"never reached: {', '.join(sorted(lost))}"
    yield from _circles(flow)
    for name, state in flow.states.items():
        if state.listen and not _leads_to_a_person(flow, name):
            yield f"state {name}: no way to a person by the signal human"


def _state_problems(flow: Flow, name: str) -> Iterator[str]:
    state = flow.states[name]
    for prompt in (*state.say, *state.silence, *state.unclear):
        if prompt not in flow.prompts:
            yield f"state {name}: no prompt {prompt!r}"
    if state.listen and state.listen not in flow.listen:
        yield f"state {name}: no way to listen {state.listen!r}"
    if state.deed and state.deed not in DEEDS:
        yield f"state {name}: no deed {state.deed!r}"
        return
    if state.expects and state.expects not in EXPECTED:
        yield f"state {name}: nothing can be expected as {state.expects!r}"
        return
    own = DEEDS[state.deed].signals if state.deed else frozenset[str]()
    own |= EXPECTED[state.expects].signals if state.expects else frozenset()
    if missing := own - state.on.keys():
        yield f"state {name}: nothing follows {', '.join(sorted(missing))}"
    if not state.listen and not (state.deed and DEEDS[state.deed].signals):
        yield f"state {name}: neither listens nor goes on by itself"
    if state.listen and state.deed and DEEDS[state.deed].signals:
        yield f"state {name}: goes on by itself and cannot listen"
    for signal, target in state.on.items():
        if signal not in own | HEARD:
            yield f"state {name}: no signal {signal!r}"
        if target not in flow.states:
            yield f"state {name}: {signal} = {target!r}: no such state"


def _next(flow: Flow, name: str) -> set[str]:
    return {*flow.states[name].on.values(), *flow.anywhere.values()}


def _reachable(flow: Flow, start: str) -> set[str]:
    seen, todo = {start}, [start]
    while todo:
        for target in _next(flow, todo.pop()) - seen:
            seen.add(target)
            todo.append(target)
    return seen


def _at_once(flow: Flow, name: str) -> set[str]:
    """The states that a state goes on to without waiting for anybody."""
    state = flow.states[name]
    return {state.on[signal] for signal in (DEEDS[state.deed].signals if state.deed else ())}


def _circles(flow: Flow) -> Iterator[str]:
    """Chains that would run for ever."""
    for name in flow.states:
        seen: set[str] = set()
        todo = _at_once(flow, name)
        while todo:
            seen |= todo
            todo = {target for state in todo for target in _at_once(flow, state)} - seen
        if name in seen:
            yield f"state {name}: comes back to itself without listening"


def _leads_to_a_person(flow: Flow, name: str) -> bool:
    target = flow.target(name, "human")
    if target is None:
        return False
    seen, todo = {target}, [target]
    while todo:
        state = todo.pop()
        deed = flow.states[state].deed
        if deed and DEEDS[deed].connects:
            return True
        more = _at_once(flow, state) - seen
        seen |= more
        todo += more
    return False


# --- Picture -----------------------------------------------------------------------------------


def to_mermaid(flow: Flow) -> str:
    """The flow as a Mermaid state diagram; what leads everywhere is drawn once."""
    lines = ["stateDiagram-v2", f"    [*] --> {flow.start}", '    state "from any state" as anywhere']
    for signal, target in flow.anywhere.items():
        lines.append(f"    anywhere --> {target} : {signal}")
    for name, state in flow.states.items():
        arrows: dict[str, list[str]] = {}
        for signal, target in state.on.items():
            arrows.setdefault(target, []).append(signal)
        lines += [f"    {name} --> {target} : {', '.join(signals)}" for target, signals in arrows.items()]
        if state.deed == "hang_up":
            lines.append(f"    {name} --> [*]")
    return "\n".join(lines) + "\n"
