"""Time of `import autograd, nn` above `import numpy`: python -m benchmarks.startup."""

from __future__ import annotations

import subprocess
import sys

from .timing import machine

CODE = (
    "import time; import numpy; start = time.perf_counter(); import autograd, nn; "
    "print(time.perf_counter() - start)"
)


def main() -> None:
    """Print the best of seven fresh interpreters, after one that compiled the modules."""
    times = [
        float(subprocess.run([sys.executable, "-c", CODE], capture_output=True, check=True).stdout)
        for _ in range(8)
    ]
    print(machine("numpy"))
    print(f"import autograd, nn: {min(times[1:]):.3f} s above import numpy (goal 0.1)")


if __name__ == "__main__":
    main()
