"""What `step.plan()` returns: a plan's listing, its picture and its profile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from ..rendering import Picture, checked_direction
from .facts import InstructionFacts, Memory, ProgramFacts, ReplayFacts
from .listing import listing
from .naming import roles_of
from .picture import drawn
from .profiling import Work, profiled, replay_works

if TYPE_CHECKING:
    from .running import Plan


class View:
    """A plan to look at: str and `print` list it, a notebook draws it.

    entries tell of each instruction what the listing does, as numbers; len is their number.
    """

    def __init__(
        self,
        entries: list[Any],
        text: str,
        picture: Callable[[int, str], Picture],
        profile: Callable[[float], Any],
    ) -> None:
        self.entries = entries
        self._text, self._picture, self._profile = text, picture, profile
        self._shown: Picture | None = None

    def __len__(self) -> int:
        return len(self.entries)

    def __str__(self) -> str:
        return self._text

    __repr__ = __str__

    def draw(self, path: Any = None, *, max_nodes: int = 100, direction: str = "TB") -> Picture:
        """Draw the plan: a box an instruction, an arrow for what one leaves to another.

        Rounded boxes are what the step finds (arguments blue, parameters amber, constants dashed);
        products are green, reductions violet, loops white, with the operations that are fused in
        them, updates in place amber with a thick border, calls of NumPy rose, all else teal. A box
        tells where in the memory that instructions share what it makes begins. Numbers that the
        step finds, and what is read where it is updated, have no arrows: see the tooltips. Of a
        plan over Scalars a box is a run of levels that do alike.

        path, if given, is written too: .svg, .png, .dot or .gv. Of more than max_nodes boxes of
        instructions the first are shown. direction is that of the data: TB (top to bottom), LR,
        RL or BT.
        """
        if max_nodes < 1:
            raise ValueError(f"draw: nothing to draw: max_nodes={max_nodes}")
        picture = self._picture(max_nodes, checked_direction(direction))
        if path is not None:
            picture.save(path)
        return picture

    def profile(self, seconds: float = 0.5) -> Any:
        """Measure each instruction by itself, for so many seconds in all; return the Profile.

        Printed it is a table: time (the least of many runs), share of the whole, arithmetic and
        traffic a second, and their shares of what one thread of this machine can do, which is
        measured once a process. Nothing of the program's changes: copies of parameters, states,
        gradients and random streams are worked on, which take their memory once more. Kernels that
        are being compiled are waited for. Of the arguments those of the last call are taken.
        """
        return self._profile(seconds)

    def _drawn(self) -> Picture:
        self._shown = self._shown or self.draw()
        return self._shown

    def _repr_svg_(self) -> str | None:
        return self._drawn()._repr_svg_()

    def _repr_png_(self) -> bytes | None:
        return self._drawn()._repr_png_()

    def _repr_html_(self) -> str | None:
        return self._drawn()._repr_html_()


def view_of_plan(plan: Plan, function: Any) -> View:
    """Return the view of a plan of native kernels that was made of a function."""
    facts = ProgramFacts(plan.program, roles_of(function, plan.program.recording))

    def works() -> Iterator[Work]:
        from .repeating import plan_works

        plan.wait()
        if plan.failure is not None:
            raise plan.failure
        return plan_works(plan)

    return _view(facts.entries(), facts.memory(), works)


def view_of_replay(recording: Any, function: Any) -> View:
    """Return the view of a recording of a function that is replayed with NumPy."""
    facts = ReplayFacts(recording, roles_of(function, recording))
    return _view(facts.entries(), facts.memory(), partial(replay_works, recording))


def _view(
    entries: list[InstructionFacts], memory: Memory, works: Callable[[], Iterator[Work]]
) -> View:
    return View(
        entries,
        listing(entries, memory),
        partial(drawn, entries),
        lambda seconds: profiled(entries, works(), seconds),
    )
