"""Misuse of every function raises PyTorch's class of error, and names function, value and cure."""

import builtins
import json
import re
import warnings
from pathlib import Path

import pytest
from misuses import MISUSES

import nn.torch as torch

ERRORS = json.loads((Path(__file__).parent / "reference" / "misuses.json").read_text())
NAMES = {name: getattr(torch, name) for name in dir(torch) if not name.startswith("__")}
NAMES |= {"F": torch.nn.functional, "bool": bool, "int": int}
# Words are parted by spaces, except in brackets.
WORD = re.compile(r"(?:\([^)]*\)|\[[^]]*\]|[^\s([])+")


@pytest.mark.parametrize("code", MISUSES)
def test_misuse_raises_pytorchs_class_and_names_what_is_wrong(code):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(getattr(builtins, ERRORS[code])) as caught:
            eval(code, dict(NAMES))
    message = str(caught.value)
    missing = [word for word in WORD.findall(MISUSES[code]) if word not in message]
    assert not missing, message
