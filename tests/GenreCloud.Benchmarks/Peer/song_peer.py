"""For every line of its input: makes the picture of a song with librosa, and prints how long that took in seconds."""
import sys
import time

import librosa
import numpy

for _ in sys.stdin:
    started = time.perf_counter()
    samples, rate = librosa.load(sys.argv[1], sr=22050, mono=True)
    power = librosa.feature.melspectrogram(y=samples, sr=rate)
    level = numpy.log(power + 1e-9)
    pixels = 255 - ((level - level.min()) / (level.max() - level.min()) * 255).astype(numpy.uint8)[::-1]
    assert pixels.shape == (128, 1292), pixels.shape
    print(time.perf_counter() - started, flush=True)
