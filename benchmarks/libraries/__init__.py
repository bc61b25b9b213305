"""What is measured, in the words of each library.

A module here imports one library, in a process of its own, and its functions make a case from the
arguments in `benchmarks.tables`. They return `(run, numbers)`: `run` is what is timed, `numbers`
gives what it computes as floats, to be compared between libraries. The functions in `fresh`
measure a whole process instead and return the measure.
"""
