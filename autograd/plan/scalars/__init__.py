"""Steps over Scalars: recorded as a flat list of operations on numbers, and run as a plan."""

from .steps import ScalarSteps
