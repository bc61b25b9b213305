"""The peers' environments: an interpreter that has them, found or made in the user's cache."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

# The distributions that a peer's cases need. The newest torch is often a CUDA build of several GB.
PEERS: dict[str, tuple[str, ...]] = {
    "torch": ("torch==2.13.0", "numpy", "scikit-learn", "mlxtend"),
    "jax": ("jax", "optax", "numpy"),
    "numpy": ("numpy",),
    "micrograd": ("micrograd", "numpy"),
    "mygrad": ("mygrad", "numpy"),
    "hips": ("autograd", "numpy"),
}
OURS = ("numpy", "numba")
OPTIONS = {"torch": ("--extra-index-url", "https://download.pytorch.org/whl/cpu")}
VERSIONS = "import sys, importlib.metadata as m; print(*map(m.version, sys.argv[1:]))"


def interpreter(peer: str, known: Sequence[Path]) -> Path:
    """Return a Python that has the peer: this one, a known one, or one of a new environment."""
    folder = cache() / "peers" / peer
    own = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    for python in (Path(sys.executable), *known, own):
        if python.exists() and versions(python, PEERS[peer]) is not None:
            return python
    print(f"making an environment with {', '.join(PEERS[peer])} in {folder}", file=sys.stderr)
    venv.create(folder, with_pip=True, clear=True)
    pip = [str(own), "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, *OPTIONS.get(peer, ()), *PEERS[peer]], check=True)
    return own


def versions(python: Path, distributions: Sequence[str]) -> list[str] | None:
    """Return the versions of the distributions there, pins aside; None if one is missing."""
    names = [name.partition("==")[0] for name in distributions]
    command = [str(python), "-P", "-c", VERSIONS, *names]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.split() if done.returncode == 0 else None


def cache() -> Path:
    """Return the user's cache folder of this project, where compiled kernels are too."""
    return Path(os.environ.get("GLASSGRAD_CACHE") or Path.home() / ".cache" / "glassgrad")
