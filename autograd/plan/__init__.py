"""Recording a step as a flat list of instructions, and running that list again."""

from .agreement import check_agreement
from .recording import Instruction, Recording, TraceError
from .tracing import trace
