"""Functions of plain numbers and arrays, compiled by numba; they import nothing else of ours."""
