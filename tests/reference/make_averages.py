"""Make averages.json: nets that PyTorch averages over their training.

Run by hand where PyTorch is installed: `python tests/reference/make_averages.py`.
"""

import json
import sys
from pathlib import Path

import torch

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from averages import AVERAGES, averaged  # noqa: E402

if __name__ == "__main__":
    made = {name: averaged(torch, name) for name in AVERAGES}
    (HERE / "averages.json").write_text(json.dumps(made))
