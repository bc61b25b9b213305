"""What holds for all tests."""

import pytest

from autograd import user_code
from autograd.plan import compiling


@pytest.fixture(autouse=True)
def _kernels_at_once(monkeypatch):
    """Compile kernels before the second call returns: tests are about the plan, not its replay."""
    monkeypatch.setattr(compiling, "BEHIND", False)


@pytest.fixture(autouse=True)
def _warned_of_nothing(monkeypatch):
    """Warn of likely mistakes anew: what a test is told does not depend on those before it."""
    monkeypatch.setattr(user_code, "_warned", set())
