"""The benchmarks compare what they say they compare; nothing here depends on a time."""

import ast
import json
import math
import re
import sys
from pathlib import Path

import pytest

from benchmarks import __main__ as command
from benchmarks.__main__ import main
from benchmarks.candidates import CandidateError, Process
from benchmarks.environments import PEERS, interpreter, versions
from benchmarks.report import amount, changes, row, verdict
from benchmarks.running import Result, disagreements, run_case, take_turns
from benchmarks.tables import SUITES, TABLES, Case, Column, Table

LIBRARIES = Path(__file__).parents[1] / "benchmarks" / "libraries"
OURS = Column("ours", "ours.large")


def table(**changes):
    columns = {"ours": OURS, "slow": OURS, "quick": OURS, "no rival": OURS}
    plain = Table("suite", "a table", columns, ("slow", "quick"), (Case("case", goal=3),))
    return plain._replace(**changes)


def result(case=None, problems=(), **measures):
    return Result(table(), case or table().cases[0], measures, list(problems))


class Candidate:
    """A candidate that notes what is asked of it."""

    def __init__(self, name, numbers, asked):
        self.name, self.numbers, self.asked = name, numbers, asked

    def prepare(self, case):
        if self.numbers is None:
            raise CandidateError("cannot")
        return self.numbers

    def calibrate(self):
        self.asked.append(f"calibrate {self.name}")

    def turn(self):
        self.asked.append(self.name)
        return float(len(self.asked))


# The tables


def defined(module):
    """Return the names that a module of libraries/ binds, without importing its library."""
    tree = ast.parse((LIBRARIES / f"{module}.py").read_text())
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assigned = [node for node in tree.body if isinstance(node, ast.Assign)]
    return names | {target.id for node in assigned for target in node.targets}


@pytest.mark.parametrize("one", TABLES, ids=lambda one: one.title)
def test_every_column_names_a_function_and_a_peer(one):
    for column in one.columns.values():
        # A measure of a whole process names the case that it runs.
        cases = [
            str(one) for one in column.arguments if re.match(r"\w+\.\w+_step|\w+\.chain", str(one))
        ]
        for path in [column.function, *cases]:
            module, _, function = path.partition(".")
            assert function in defined(module), path
        assert column.peer in {"ours", *PEERS}


@pytest.mark.parametrize("one", TABLES, ids=lambda one: one.title)
def test_first_column_is_ours_and_rivals_and_cases_exist(one):
    assert next(iter(one.columns.values())).peer == "ours"
    assert set(one.rivals) < set(one.columns)
    names = [case.name for case in one.cases]
    assert len(set(names)) == len(names)
    assert all(set(column.cases) <= set(names) for column in one.columns.values())


def test_titles_differ_and_every_suite_is_there():
    assert len({one.title for one in TABLES}) == len(TABLES)
    assert (
        *(
            "start-up",
            "latency",
            "large",
            "eager",
            "compiled",
            "scalars",
            "memory",
            "growth",
            "training",
        ),
    ) == SUITES


def test_smaller_case_keeps_all_but_large_sizes():
    case = Case("c", ("exp", 10_000_000, 128, True, (784, 10)), goal=2)
    assert case.smaller() == case._replace(arguments=("exp", 100_000, 128, True, (784, 10)))


# Rounds


def test_candidates_take_turns_and_every_round_begins_with_another():
    asked = []
    measures = take_turns({name: Candidate(name, [], asked) for name in "abc"}, 3)
    assert asked == [*(f"calibrate {name}" for name in "abc"), *"abc", *"bca", *"cab"]
    assert {name: len(found) for name, found in measures.items()} == {"a": 3, "b": 3, "c": 3}


def test_ratio_is_the_median_over_rounds_of_best_rival_over_ours():
    one = result(ours=[1.0, 2.0, 4.0], slow=[90.0] * 3, quick=[4.0, 4.0, 20.0], **{"no rival": [1]})
    assert one.best_rival() == "quick"
    assert one.ratio() == (3.0, 4.0, 4.5)
    assert result(ours=[2.0], quick=[3.0]).ratio() == (1.5, 1.5, 1.5)


@pytest.mark.parametrize(
    "one",
    [
        result(ours=[1.0, 1.0]),
        result(quick=[1.0, 1.0]),
        result(ours=[], quick=[]),
        result(ours=[1.0], quick=[1.0], problems=["quick: computes something else"]),
    ],
)
def test_no_ratio_without_two_candidates_that_did_the_same(one):
    assert one.ratio() is None
    assert verdict(one) == ">= 3"


def test_a_candidate_that_computes_something_else_or_fails_is_named():
    asked = []
    makers = {"ours": [1.0, 2.0], "slow": [1.0, 2.1], "quick": None, "no rival": [1.0, 2.00001]}
    made = {name: Candidate(name, numbers, asked) for name, numbers in makers.items()}
    one = run_case(table(), table().cases[0], made, 1)
    assert [line.partition(":")[0] for line in one.problems] == ["quick", "slow"]
    assert "cannot" in one.problems[0]
    assert "[1.0, 2.1]" in one.problems[1]
    assert set(one.measures) == {"ours", "slow", "no rival"}


@pytest.mark.parametrize("found", [[math.nan, 2.0], [math.inf, 2.0], [1.0], [1.0, 2.0, 3.0]])
def test_numbers_that_are_not_finite_or_not_as_many_disagree(found):
    assert disagreements({"ours": [1.0, 2.0], "quick": found}, 1e-4)
    assert disagreements({"ours": [1.0, 2.0], "quick": [1.00001, 2.0]}, 1e-4) == []


def test_numbers_of_ours_alone_must_be_finite():
    assert disagreements({"ours": [math.nan]}, 1e-4)
    assert not disagreements({"ours": [0.0]}, 1e-4)


# The report


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (4.8712e-6, "s", "4.87 us"),
        (123.4e-6, "s", "123 us"),
        (12.34e-3, "s", "12.3 ms"),
        (2.0, "s", "2.00 s"),
        (4e-10, "s", "0.40 ns"),
        (75.84, "MB", "75.8 MB"),
        (0.0, "MB", "0 MB"),
        (math.nan, "s", "-"),
    ],
)
def test_amounts_have_three_digits(value, unit, text):
    assert amount(value, unit) == text


def test_a_row_says_whether_its_goal_is_met():
    assert verdict(result(ours=[1.0], quick=[3.5])) == ">= 3 met"
    assert verdict(result(ours=[1.0], quick=[2.5])) == ">= 3 MISSED"
    least = Case("case", limit=0.1)
    assert verdict(result(least, ours=[0.2, 0.09])) == "<= 100 ms met"
    assert verdict(result(least, ours=[0.2, 0.11])) == "<= 100 ms MISSED"
    problems = ["quick: no", "slow: Traceback\n  line\nValueError: why"]
    text = row(result(ours=[1.0], problems=problems), ["ours", "quick"])
    assert text.splitlines()[1:] == ["    ! quick: no", "    ! slow: ValueError: why"]


def test_changes_shows_then_and_now(tmp_path):
    saved = {"table": "a table", "case": "case", "medians": {"ours": 2.0}, "ratio": [1, 1.5, 2]}
    path = tmp_path / "results.json"
    path.write_text(json.dumps({"machine": "that", "rows": [saved]}))
    new = result(Case("other"), ours=[1.0])
    text = changes([result(ours=[1.0], quick=[3.0]), new], "this", path)
    assert "measured elsewhere or with other versions: that" in text
    assert text.splitlines()[-2] == "case" + "".join(
        f"{part:>12}" for part in ("2.00 s", "1.00 s", "0.50", "1.50", "3.00")
    )
    assert text.splitlines()[-1].split() == ["other", "new"]


# Processes and environments


def test_a_worker_answers_and_tells_what_went_wrong():
    worker = Process(Path(sys.executable), "ours", {})
    try:
        product = worker.ask("make", "ours.scalars", ["product"])
        with pytest.raises(CandidateError, match="no_such_case"):
            worker.ask("make", "ours.latency", ["no_such_case"])
        assert worker.ask("make", "ours.scalars", ["product"]) == product == [-6.0]
        assert worker.ask("turn") > 0
    finally:
        worker.close()


def test_a_worker_that_died_is_noticed():
    worker = Process(Path(sys.executable), "ours", {})
    worker._process.kill()
    with pytest.raises(CandidateError, match="the process ended"):
        worker.ask("turn")
    worker.close()


def test_a_known_interpreter_that_has_the_peer_is_taken():
    here = Path(sys.executable)
    assert interpreter("numpy", [Path("no/such/python"), here]) == here
    assert versions(here, ["no-such-distribution"]) is None


# The command


def test_a_run_prints_saves_and_compares(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(command, "others", lambda: 0.5)
    old = tmp_path / "old.json"
    old.write_text(json.dumps({"machine": "that", "rows": []}))
    arguments = ["latency", "--case", "a * b", "--peers", "numpy", "--rounds", "2"]
    folder = tmp_path / "new"
    assert main([*arguments, "--save", str(folder), "--compare", str(old)]) == 0
    printed = capsys.readouterr().out
    for part in ("cores", "a * b", "0.50 cores: busy", "measured elsewhere", "new"):
        assert part in printed
    (saved,) = json.loads((folder / "results.json").read_text())["rows"]
    counts = {name: len(found) for name, found in saved["measures"].items()}
    assert counts == {"Glassgrad": 2, "NumPy, no graph": 2}
    assert {path.suffix for path in folder.iterdir()} == {".json", ".png", ".svg"}


def test_a_quick_run_checks_and_names_no_time(capsys):
    assert main(["--quick", "eager", "--case", "iris"]) == 0
    assert capsys.readouterr().out.splitlines()[1].endswith("Adam: 1 ok")


def test_what_does_not_exist_is_refused(capsys):
    assert main(["latency", "--case", "no such case"]) == 2


@pytest.mark.parametrize(
    ("option", "said"),
    [(["--rounds", "0"], "from 1 on, got 0"), (["--rounds", "two"], "from 1 on, got two"),
     (["--compare", "nosuch.json"], "no file nosuch.json")],
)  # fmt: skip
def test_options_that_cannot_be_meant_are_refused(option, said, capsys):
    with pytest.raises(SystemExit):
        main(["latency", *option])
    assert said in capsys.readouterr().err
    for arguments in (["no-such-suite"], ["--peers", "no-such-peer"]):
        with pytest.raises(SystemExit):
            main(arguments)
    assert "no-such-peer; of torch, jax" in capsys.readouterr().err
