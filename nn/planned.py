"""Names of PyTorch that are planned, each with the nearest thing there is; to ask for one says so.

They raise AttributeError, so that `hasattr` tells a script what it can use.
"""

from __future__ import annotations

from typing import Any

PLANNED = {
    "torch": {
        "save": "pickle.dump(model.state_dict(), file)",
        "load": "model.load_state_dict(pickle.load(file))",
        "jit": "the model itself",
        "fft": "numpy.fft for arrays without gradients; complex numbers are postponed",
        **dict.fromkeys(("complex", "polar"), "two real Tensors; complex numbers are postponed"),
        "bfloat16": "float16 or float32",
        "vmap": "a batch axis in front",
        **dict.fromkeys(("autocast", "amp"), "float32 throughout"),
        "distributed": "one process",
        "profiler": "autograd.compile(step).plan().profile()",
        "onnx": "pickle.dump(model.state_dict(), file)",
    },
    "torch.nn": {
        **{f"{name}3d": f"{name}2d: 3-d layers are postponed"
           for name in ("Conv", "ConvTranspose", "MaxPool", "AvgPool", "BatchNorm", "Dropout")},
        **{f"Lazy{name}": f"{name} with its sizes"
           for name in ("Linear", "Conv1d", "Conv2d", "BatchNorm1d", "BatchNorm2d")},
        "EmbeddingBag": "functional.embedding_bag",
        "AdaptiveLogSoftmaxWithLoss": "CrossEntropyLoss",
        "SyncBatchNorm": "BatchNorm1d or BatchNorm2d: there is one process",
        "FractionalMaxPool2d": "MaxPool2d",
        "DataParallel": "the model itself",
        "CrossMapLRN2d": "LocalResponseNorm",
        "UninitializedParameter": "Parameter with its sizes",
        "RNNBase": "RNN, LSTM or GRU",
        "RNNCellBase": "RNNCell, LSTMCell or GRUCell",
    },
    "torch.nn.utils": {
        **dict.fromkeys(("parametrizations", "parametrize"), "nn.utils.weight_norm"),
        "prune": "a mask that multiplies the weight in forward",
        **dict.fromkeys(("fuse_conv_bn_eval", "stateless"), "the model itself"),
    },
    "torch.optim": {
        **dict.fromkeys(("Adafactor", "Muon", "SparseAdam"), "Adam"),
    },
    "torch.utils": {
        "tensorboard": "print, or a list of the losses",
        "checkpoint": "the function itself",
    },
}  # fmt: skip


def refusal(path: str, name: str) -> AttributeError:
    """Return the error for the name that the module at `path` of PyTorch's does not have here."""
    nearest = PLANNED[path].get(name)
    if nearest is None:
        text = f"{path}.{name} does not exist here"
    else:
        text = f"{path}.{name} is not part of glassgrad yet; the nearest there is: {nearest}"
    return AttributeError(text)


def of_nn(name: str) -> Any:
    """Refuse a name that nn does not have."""
    raise refusal("torch.nn", name)


def of_optim(name: str) -> Any:
    """Refuse a name that nn.optim does not have."""
    raise refusal("torch.optim", name)


def of_nn_utils(name: str) -> Any:
    """Refuse a name that nn.utils does not have."""
    raise refusal("torch.nn.utils", name)


def of_utils(name: str) -> Any:
    """Refuse a name that torch.utils does not have here."""
    raise refusal("torch.utils", name)
