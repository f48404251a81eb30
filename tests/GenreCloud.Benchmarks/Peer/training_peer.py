"""The peer of the benchmark `training`: the same network in PyTorch, on the same pictures.

Prints images a second, CPU milliseconds an image, peak memory in MB and the mean loss.
"""

import argparse
import resource
import time

import numpy
import torch
from torch import nn
from crnn import BANDS, FRAMES, Crnn


class MixedCrnn(Crnn):
    """Its convolutions in bfloat16 where asked for, the rest in float32."""

    bf16 = False

    def convolve(self, pixels):
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.bf16):
            return self.cnn(pixels).float()


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--data", required=True, help="uint8 pictures, then int64 labels")
    arguments.add_argument("--mode", choices=["fp32", "channels-last", "bf16"], required=True)
    arguments.add_argument("--batch", type=int, required=True)
    arguments.add_argument("--warm-up", type=int, required=True)
    arguments.add_argument("--steps", type=int, required=True)
    arguments.add_argument("--threads", type=int, required=True)
    arguments.add_argument("--classes", type=int, required=True)
    options = arguments.parse_args()

    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    images = (options.warm_up + options.steps) * options.batch
    data = numpy.fromfile(options.data, dtype=numpy.uint8)
    pictures = torch.from_numpy(data[:images * BANDS * FRAMES].reshape(images, 1, BANDS, FRAMES))
    labels = torch.from_numpy(data[images * BANDS * FRAMES:].view(numpy.int64))

    network = MixedCrnn(options.classes)
    network.bf16 = options.mode == "bf16"
    layout = torch.contiguous_format if options.mode == "fp32" else torch.channels_last
    network = network.to(memory_format=layout)
    optimizer = torch.optim.AdamW(network.parameters(), lr=1.4e-3, betas=(0.95, 0.99), eps=1e-5, weight_decay=0.01)
    losses = []
    for step in range(options.warm_up + options.steps):
        if step == options.warm_up:
            wall, cpu = time.perf_counter(), time.process_time()
        batch = slice(step * options.batch, (step + 1) * options.batch)
        pixels = pictures[batch].float().div_(255).contiguous(memory_format=layout)
        loss = nn.functional.cross_entropy(network(pixels), labels[batch])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())

    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    measured = options.steps * options.batch
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    print(measured / wall, 1000 * cpu / measured, peak, sum(losses) / len(losses))


main()
