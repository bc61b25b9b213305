"""python -m benchmarks: measure, print tables, save; --help tells the options."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .environments import PEERS, interpreter
from .machine import load, machine, others
from .report import as_json, changes, heading, row
from .running import Result, run_table
from .tables import SUITES, TABLES, Case, Table

Chosen = list[tuple[Table, list[Case]]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the suites; return 1 if a case failed or two candidates computed different numbers."""
    options = parser().parse_args(arguments)
    chosen = [(table, cases) for table in TABLES if (cases := wanted(table, options))]
    if not chosen:
        print(f"no case of {', '.join(options.suites)} contains {options.case!r}", file=sys.stderr)
        return 2
    pythons = {"ours": Path(sys.executable)}
    for peer in [*options.peers, *(["numpy"] if options.quick else [])]:
        pythons[peer] = interpreter(peer, options.python)
    facts = machine(pythons)
    print(facts)
    if options.quick:
        return quick([one for one in chosen if one[0].quick], pythons)
    results, loads = measure(chosen, pythons, options.rounds)
    if options.compare:
        print(changes(results, facts, options.compare))
    if options.save:
        save(results, facts, loads, options.save)
    return int(any(result.problems for result in results))


def measure(
    chosen: Chosen, pythons: dict[str, Path], rounds: int | None
) -> tuple[list[Result], dict[str, float]]:
    """Measure and print table after table; return the results and the load during each."""
    results: list[Result] = []
    loads: dict[str, float] = {}
    for table, cases in chosen:
        before = others()
        columns = [name for name, column in table.columns.items() if column.peer in pythons]
        print(heading(table, columns))
        for result in run_table(table, cases, pythons, rounds):
            print(row(result, columns), flush=True)
            results.append(result)
        loads[table.title] = max(before, others())
        print(load(loads[table.title]))
    return results, loads


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    made.add_argument("suites", nargs="*", type=_suite, help=f"of {', '.join(SUITES)}; default all")
    made.add_argument("--peers", default=[], type=_peers, help=f"commas between: {','.join(PEERS)}")
    made.add_argument(
        "--python",
        action="append",
        default=[
            Path(one) for one in os.environ.get("GLASSGRAD_PEERS", "").split(os.pathsep) if one
        ],
        type=Path,
        help="an interpreter that has peers (repeatable, or paths in GLASSGRAD_PEERS); what none "
        "has is installed in an environment of its own in the cache folder",
    )
    made.add_argument("--case", default="", help="only cases whose name contains this")
    made.add_argument("--rounds", type=_positive, help="rounds of every case, not its table's")
    made.add_argument("--quick", action="store_true", help="run every case, small; time nothing")
    made.add_argument("--save", type=Path, help="folder for results.json and charts")
    made.add_argument("--compare", type=_saved, help="results.json of an earlier run")
    return made


def _suite(name: str) -> str:
    if name not in SUITES:
        raise argparse.ArgumentTypeError(f"no suite {name}; of {', '.join(SUITES)}")
    return name


def _positive(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"expected a number of rounds from 1 on, got {text}")
    return int(text)


def _saved(name: str) -> Path:
    if not Path(name).is_file():
        raise argparse.ArgumentTypeError(f"no file {name}; expected a results.json of --save")
    return Path(name)


def _peers(text: str) -> list[str]:
    names = [name for name in text.split(",") if name]
    if unknown := [name for name in names if name not in PEERS]:
        raise argparse.ArgumentTypeError(f"no peer {', '.join(unknown)}; of {', '.join(PEERS)}")
    return names


def wanted(table: Table, options: argparse.Namespace) -> list[Case]:
    """Return the cases of a table that the command line asks for."""
    if options.suites and table.suite not in options.suites:
        return []
    return [case for case in table.cases if options.case in case.name]


def quick(chosen: Chosen, pythons: dict[str, Path]) -> int:
    """Run what computes, in smaller sizes and side by side, and compare the numbers."""

    def run(choice: tuple[Table, list[Case]]) -> list[Result]:
        table, cases = choice
        return list(run_table(table, [one.smaller() for one in cases], pythons, 0))

    any_failed = False
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for (table, _), results in zip(chosen, pool.map(run, chosen), strict=True):
            failed = [result for result in results if result.problems]
            said = f"{len(failed)} FAILED of {len(results)}" if failed else f"{len(results)} ok"
            print(f"{table.suite}: {table.title}: {said}", flush=True)
            for result in failed:
                print("\n    ".join([f"  {result.case.name}", *result.problems]))
            any_failed |= bool(failed)
    return int(any_failed)


def save(results: list[Result], facts: str, loads: dict[str, float], folder: Path) -> None:
    """Write results.json and a chart a table."""
    from .charts import draw

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(as_json(results, facts, loads))
    for path in draw(results, facts, folder):
        print(path)


if __name__ == "__main__":
    sys.exit(main())
