"""The peer of the benchmark `training`: the same network in PyTorch, on the same pictures.

Prints images a second, CPU milliseconds an image, peak memory in MB and the mean loss.
"""

import argparse
import resource
import time

import numpy
import torch
from torch import nn

BANDS, FRAMES, CHANNELS, STEPS = 128, 1292, 64, 20


def block(inputs, pool):
    return nn.Sequential(
        nn.Conv2d(inputs, CHANNELS, 3, padding=1), nn.BatchNorm2d(CHANNELS), nn.ReLU(inplace=True), nn.MaxPool2d(pool))


class Crnn(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.cnn = nn.Sequential(
            block(1, 2), block(CHANNELS, 2), block(CHANNELS, 2), block(CHANNELS, (4, 2)), block(CHANNELS, (4, 4)))
        self.gru = nn.GRU(CHANNELS, CHANNELS, num_layers=2, batch_first=True)
        self.linear = nn.Linear(CHANNELS * STEPS, classes)

    def forward(self, pixels, bf16):
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
            features = self.cnn(pixels)
        outputs, _ = self.gru(features.float().squeeze(2).transpose(1, 2).contiguous())
        return self.linear(outputs.flatten(1))


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

    network = Crnn(options.classes)
    layout = torch.contiguous_format if options.mode == "fp32" else torch.channels_last
    network = network.to(memory_format=layout)
    optimizer = torch.optim.AdamW(network.parameters(), lr=1.4e-3, betas=(0.95, 0.99), eps=1e-5, weight_decay=0.01)
    losses = []
    for step in range(options.warm_up + options.steps):
        if step == options.warm_up:
            wall, cpu = time.perf_counter(), time.process_time()
        batch = slice(step * options.batch, (step + 1) * options.batch)
        pixels = pictures[batch].float().div_(255).contiguous(memory_format=layout)
        loss = nn.functional.cross_entropy(network(pixels, options.mode == "bf16"), labels[batch])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())

    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    measured = options.steps * options.batch
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    print(measured / wall, 1000 * cpu / measured, peak, sum(losses) / len(losses))


main()
