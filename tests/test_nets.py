"""The same script and seed here and in PyTorch: the losses of ten epochs agree."""

import json
from pathlib import Path

import numpy as np
import pytest
from nets import NETS, trained

import nn.torch as torch

REFERENCE = json.loads((Path(__file__).parent / "reference" / "nets.json").read_text())


@pytest.mark.parametrize("name", NETS)
def test_losses_of_ten_epochs_are_pytorchs(name):
    np.testing.assert_allclose(trained(torch, name), REFERENCE[name], rtol=0, atol=1e-4)
