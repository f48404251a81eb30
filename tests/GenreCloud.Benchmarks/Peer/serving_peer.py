"""The peer of the benchmark `serve`: the same network behind FastAPI, a picture in, its five most probable labels out."""

import io
import sys

import numpy
import torch
import uvicorn
from crnn import BANDS, FRAMES, Crnn
from fastapi import FastAPI, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from PIL import Image

LABELS = ["classical", "folk", "house", "jazz", "metal", "pop", "r&b", "rap", "rock", "techno"]

torch.manual_seed(1)
network = Crnn(len(LABELS)).eval()
app = FastAPI()


def predict(body):
    with Image.open(io.BytesIO(body)) as image:
        pixels = numpy.array(image.convert("L"))
    if pixels.shape != (BANDS, FRAMES):
        raise HTTPException(400, "not a spectrogram")
    with torch.inference_mode():
        probabilities = network(torch.from_numpy(pixels)[None, None].float().div_(255)).softmax(1)[0]
    best = probabilities.topk(5)
    return {"predictions": [
        {"label": LABELS[index], "probability": probability} for probability, index in zip(best.values.tolist(), best.indices.tolist())]}


@app.post("/classify")
async def classify(request: Request):
    return await run_in_threadpool(predict, await request.body())


uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=False)
