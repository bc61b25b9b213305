"""What holds for all tests."""

import pytest

from autograd.plan import compiling


@pytest.fixture(autouse=True)
def _kernels_at_once(monkeypatch):
    """Compile kernels before the second call returns: tests are about the plan, not its replay."""
    monkeypatch.setattr(compiling, "BEHIND", False)
