"""Make schedules.json: the rates that PyTorch's schedules set.

Run by hand where PyTorch is installed: `python tests/reference/make_schedules.py`.
"""

import json
import sys
import warnings
from pathlib import Path

import torch

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from schedules import (  # noqa: E402
    CASES,
    JUMPS,
    PLATEAUS,
    RESUMED,
    SAVED_AT,
    advance,
    begun,
    figures,
    walked,
)


def jumped(optimizer, text):
    """Return the rates after each of some steps to an epoch, None where there is no formula."""
    o = getattr(torch.optim, optimizer)([torch.zeros(2, requires_grad=True)], lr=0.05)
    names = {"s": torch.optim.lr_scheduler, "w": torch.optim.swa_utils, "o": o}
    schedule = eval(text, names)
    if not hasattr(schedule, "_get_closed_form_lr"):
        return None
    rates = []
    for epoch in JUMPS:
        schedule.step(epoch)
        rates.append(o.param_groups[0]["lr"])
    return rates


def saved(text):
    """Return the states of optimizer and schedule after some steps of a case."""
    optimizer = {text: optimizer for optimizer, text in CASES + PLATEAUS}[text]
    o, schedule = begun(torch, optimizer, text)
    for figure in figures()[:SAVED_AT]:
        advance(o, schedule, figure)
    groups = o.state_dict()["param_groups"]
    return {"optimizer": optimizer, "groups": groups, "schedule": schedule.state_dict()}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    walks = {text: walked(torch, optimizer, text) for optimizer, text in CASES + PLATEAUS}
    simple = [case for case in CASES if "[" not in case[1] or "MultiStep" in case[1]]
    jumps = {text: jumped(optimizer, text) for optimizer, text in simple}
    jumps = {text: rates for text, rates in jumps.items() if rates is not None}
    states = {text: saved(text) for text, _ in RESUMED}
    made = {"walked": walks, "jumped": jumps, "saved": states}
    (HERE / "schedules.json").write_text(json.dumps(made))
