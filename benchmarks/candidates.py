"""Candidates: a process that stays and answers, or a new process for every measure."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .tables import Case, Column

ROOT = str(Path(__file__).parents[1])
BOOT = """import sys
sys.path.insert(0, sys.argv[1])
from benchmarks.worker import main
main(*sys.argv[1:])"""
# Threads that spin after their work must not share the processor with the next candidate.
PAUSE = 0.05
TURN = 0.02
# Seconds to wait for what a process has left running: it would disturb the next one's measure.
HELPERS = 60.0


class CandidateError(Exception):
    """A candidate failed; the message is its traceback, or its last words."""


class Process:
    """A worker run by an interpreter, with more variables in its environment."""

    def __init__(self, python: Path, peer: str, variables: Mapping[str, str]) -> None:
        environment = {**os.environ, **variables}
        if peer != "ours":
            environment.pop("PYTHONPATH", None)
        self._spoken = tempfile.TemporaryFile("w+")  # noqa: SIM115 (closed by close)
        self._process = subprocess.Popen(
            [str(python), "-P", "-c", BOOT, ROOT, peer],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._spoken,
            text=True,
            env=environment,
            start_new_session=True,
        )

    def ask(self, *request: Any) -> Any:
        """Return the worker's answer; CandidateError if it has none."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError):  # then the line below is empty
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            self._spoken.seek(0)
            raise CandidateError(f"the process ended: {self._spoken.read()[-2000:]}")
        answer = json.loads(line)
        if "error" in answer:
            raise CandidateError(answer["error"])
        return answer["value"]

    def close(self) -> None:
        """End the process, and wait for those that it has started, which compile kernels."""
        self._process.communicate()
        self._spoken.close()
        end = time.monotonic() + HELPERS
        while self._group_lives() and time.monotonic() < end:
            time.sleep(PAUSE)

    def _group_lives(self) -> bool:
        """Return whether a process of the worker's session is there, where that can be known."""
        try:
            os.killpg(self._process.pid, 0)
        except (ProcessLookupError, AttributeError):  # AttributeError: not on Windows
            return False
        return True


class Lasting:
    """A candidate whose process stays for all cases of a table."""

    def __init__(self, column: Column, python: Path, variables: Mapping[str, str]) -> None:
        self._column = column
        self._process = Process(python, column.peer, variables)

    def prepare(self, case: Case) -> list[float]:
        """Make the case; return the numbers that it computes."""
        arguments = [*self._column.arguments, *case.arguments]
        return self._process.ask("make", self._column.function, arguments)

    def calibrate(self) -> None:
        """Choose the repetitions of a turn."""
        self._process.ask("calibrate", TURN)

    def turn(self) -> float:
        """Return the seconds a call of the case."""
        time.sleep(PAUSE)
        return self._process.ask("turn")

    def close(self) -> None:
        """End the process."""
        self._process.close()


class Fresh:
    """A candidate that is a new process every turn."""

    def __init__(self, column: Column, python: Path, variables: Mapping[str, str]) -> None:
        self._column, self._python, self._variables = column, python, variables
        self._arguments: tuple = ()

    def prepare(self, case: Case) -> list[float]:
        """Keep the case, and run it once, which fills the caches; there are no numbers."""
        self._arguments = (*self._column.arguments, *case.arguments)
        self.turn()
        return []

    def calibrate(self) -> None:
        """Do nothing: a turn is one process."""

    def turn(self) -> float:
        """Return the measure, or the seconds from the process's start to its answer."""
        start = time.perf_counter()
        process = Process(self._python, self._column.peer, self._variables)
        try:
            measure = process.ask("call", self._column.function, *self._arguments)
            elapsed = time.perf_counter() - start
        finally:
            process.close()
        return elapsed if measure is None else measure

    def close(self) -> None:
        """Do nothing: its processes have ended."""
