"""What the processor's vectors hold, which decides about the shape of tiles."""

from __future__ import annotations

from llvmlite.binding import get_host_cpu_features

# Bytes of a vector: the widest the processor has.
VECTOR = 64 if get_host_cpu_features().get("avx512f") else 32
# How many rows a tile may have, by how many vectors wide it is: the most whose sums fit into
# registers, and what is left over.
ROWS = {1: (8, 4, 2, 1), 2: (8, 4, 1)}
