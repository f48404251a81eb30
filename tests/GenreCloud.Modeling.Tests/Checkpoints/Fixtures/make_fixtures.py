"""Writes the checkpoints of this folder by PyTorch itself, and expected.json with what they hold.

    python3 make_fixtures.py

Made with PyTorch 1.13. Storage keys of the legacy format are addresses, so its bytes differ from run to run; the content does not.
"""

import collections
import json
import pathlib

import numpy
import torch

FOLDER = pathlib.Path(__file__).parent


def ramp(*shape, dtype=torch.float32, start=0):
    count = int(numpy.prod(shape, dtype=int))
    return (torch.arange(start, start + count, dtype=torch.float64) / 4).to(dtype).reshape(shape)


def whole(*shape, dtype):
    count = int(numpy.prod(shape, dtype=int))
    return torch.arange(-1, count - 1).to(dtype).reshape(shape)


def every_kind():
    """Element types, scalars, views with strides and offsets, storages that tensors share, and parameters."""
    base = ramp(4, 6)
    shared = ramp(12, start=100)
    model = collections.OrderedDict()
    model["float32"] = ramp(2, 3)
    model["float64"] = ramp(2, 3, dtype=torch.float64)
    model["float16"] = ramp(5, dtype=torch.float16)
    model["bfloat16"] = ramp(5, dtype=torch.bfloat16)
    model["int64"] = whole(4, dtype=torch.int64)
    model["int32"] = whole(4, dtype=torch.int32)
    model["int16"] = whole(4, dtype=torch.int16)
    model["int8"] = whole(4, dtype=torch.int8)
    model["uint8"] = whole(4, dtype=torch.uint8)
    model["bool"] = torch.tensor([True, False, True])
    model["scalar"] = torch.tensor(7)
    model["empty"] = torch.zeros(0, 3)
    model["transposed"] = base.t()
    model["every other column"] = base[:, 1::2]
    model["last row"] = base[-1]
    model["expanded"] = torch.tensor([1.5, 2.5]).unsqueeze(1).expand(2, 3)
    model["shared head"] = shared[:5]
    model["shared tail"] = shared[5:]
    model["four dimensions"] = ramp(2, 3, 2, 2).permute(0, 2, 3, 1)
    model["parameter"] = torch.nn.Parameter(ramp(3))
    return model


def training_state():
    """A wrapped state with what a training loop keeps beside it: the optimizer's state, numbers by numpy, nested containers."""
    torch.manual_seed(1)
    module = torch.nn.Linear(2, 2)
    optimizer = torch.optim.Adam(module.parameters())
    module(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    return {
        "model": every_kind(),
        "opt": optimizer.state_dict(),
        "lr": numpy.float64(0.125),
        "history": [(1, 0.5, None), [True, False, {"large": 2**70, "negative": -3, "nested": ((), [])}]],
        "note": "Größe",
    }


def linear(bias=True):
    torch.manual_seed(2)
    return torch.nn.Linear(2, 3, bias=bias)


def expected(tensors):
    return {
        name: {
            "type": str(tensor.dtype).removeprefix("torch."),
            "shape": list(tensor.shape),
            "values": [float(value) for value in tensor.detach().reshape(-1).to(torch.float64)],
        }
        for name, tensor in tensors.items()
    }


def main():
    states = {"training": training_state(), "linear": linear().state_dict(), "tiny": {"model_state_dict": linear(bias=False).state_dict()}}
    for name, state in states.items():
        torch.save(state, FOLDER / f"{name}.legacy.pth", _use_new_zipfile_serialization=False)
        torch.save(state, FOLDER / f"{name}.zip.pth")
    torch.save(states["tiny"], FOLDER / "tiny.protocol4.pth", pickle_protocol=4)
    torch.save(linear(), FOLDER / "module.zip.pth")

    answers = {
        "training": expected(states["training"]["model"]),
        "linear": expected(states["linear"]),
        "tiny": expected(states["tiny"]["model_state_dict"]),
    }
    (FOLDER / "expected.json").write_text(json.dumps(answers, indent=1) + "\n")


if __name__ == "__main__":
    main()
