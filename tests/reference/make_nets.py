"""Make nets.json: the losses of ten epochs of one net of each kind, in PyTorch.

Run by hand where PyTorch is installed: `python tests/reference/make_nets.py`.
"""

import json
import sys
import warnings
from pathlib import Path

import torch

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from nets import NETS, trained  # noqa: E402

if __name__ == "__main__":
    warnings.simplefilter("ignore")
    (HERE / "nets.json").write_text(json.dumps({name: trained(torch, name) for name in NETS}))
