"""The network of the peers, as GenreCloud's crnn is."""

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

    def forward(self, pixels):
        outputs, _ = self.gru(self.convolve(pixels).squeeze(2).transpose(1, 2).contiguous())
        return self.linear(outputs.flatten(1))

    def convolve(self, pixels):
        return self.cnn(pixels)
