"""Make misuses.json, the class of what PyTorch raises for every line of tests/misuses.py.

Run by hand where PyTorch is installed: `python tests/reference/make_misuses.py`. Made with PyTorch
2.13.
"""

import json
import sys
import warnings
from pathlib import Path

import torch

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from misuses import MISUSES  # noqa: E402

NAMES = {name: getattr(torch, name) for name in dir(torch)}
NAMES |= {"F": torch.nn.functional, "bool": bool, "int": int}


def error_of(code):
    try:
        eval(code, dict(NAMES))
    except Exception as error:
        return next(one.__name__ for one in type(error).__mro__ if one.__module__ == "builtins")
    raise ValueError(f"PyTorch takes {code}")


warnings.simplefilter("ignore")
(HERE / "misuses.json").write_text(json.dumps({one: error_of(one) for one in MISUSES}, indent=0))
