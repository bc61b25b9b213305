"""Recording a step as a flat list of instructions, and running that list again."""

from .recording import Instruction, Recording, TraceError, check_agreement
from .tracing import trace
