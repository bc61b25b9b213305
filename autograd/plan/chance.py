"""The random streams of a recorded step, which its recorded draws alone may move."""

from __future__ import annotations

from typing import Any

from ..operation import Op
from ..streams import Generator, default_generator
from ..user_code import user_line
from .recording import TraceError


class Streams:
    """The states in which a run has left the generators that it draws from."""

    def __init__(self) -> None:
        self.states: dict[Generator, tuple[bytes, Any]] = {}

    def note(self, generator: Generator) -> None:
        """Note the state of a generator as the one to draw from next."""
        self.states[generator] = _state(generator)

    def draw(self, op: Op, statics: tuple, run: Any) -> Any:
        """Return run(), maybe a draw; raise if something else moved the stream of one."""
        if not op.draws:
            return run()
        generator = dict(zip(op.statics, statics, strict=True))["generator"]
        self.check(generator)
        made = run()
        self.note(generator)
        return made

    def check(self, generator: Generator = default_generator) -> None:
        """Raise TraceError unless the generator is as this run, or its beginning, left it."""
        if self.states.get(generator, _state(generator)) != _state(generator):
            raise TraceError(
                f"{user_line()}: before this line the step seeded the random stream, or drew from "
                "it for Python; a replay would not: do that outside the step"
            )


def _state(generator: Generator) -> tuple[bytes, Any]:
    # Seeding makes another engine, if in the same state.
    return generator.state_bytes().tobytes(), generator._engine
