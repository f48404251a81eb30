using System.Buffers;
using System.Runtime.CompilerServices;
using GenreCloud.Datasets.Batches;

namespace GenreCloud.Modeling.Augmentations;

/// <summary>
/// Augments the batches of a run, ahead of the steps that learn them. What is done to a picture is a function of the
/// run's seed, the step and the picture's place in the batch alone, so that a run continues in its middle as if it had not stopped.
/// </summary>
internal sealed class BatchAugmenter(Augmentation options, int seed)
{
    // The generators of a step: one for each picture, at its place, and these.
    private const int MixingPlace = -1;
    private const int TabularPlace = -2;

    /// <summary>Augments batches, each while the one before it is learnt. A batch stays unchanged until the next one has been asked for.</summary>
    /// <param name="source">The batches of successive steps.</param>
    /// <param name="firstStep">The step of the first one, from 0, over the whole run.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<AugmentedBatch> AheadAsync(
        IAsyncEnumerable<Batch> source, int firstStep, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var batches = source.GetAsyncEnumerator(cancellationToken);
        int step = firstStep;

        // One holds the batch that is being learnt, the other gets the next.
        byte[][] buffers = [[], []];
        var next = NextAsync();
        try
        {
            while (await next is { } batch)
            {
                next = NextAsync();
                yield return batch;
            }
        }
        finally
        {
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        async Task<AugmentedBatch?> NextAsync()
        {
            if (!await batches.MoveNextAsync())
            {
                return null;
            }

            var (batch, place) = (batches.Current, step++);
            batch.RequireWhole();
            ref byte[] buffer = ref buffers[place & 1];
            if (buffer.Length < batch.Pixels.Length)
            {
                buffer = new byte[batch.Pixels.Length];
            }

            var pixels = buffer.AsMemory(0, batch.Pixels.Length);
            return await Task.Run(() => Augment(batch, place, pixels), cancellationToken);
        }
    }

    private AugmentedBatch Augment(Batch batch, int step, Memory<byte> pixels)
    {
        var mixes = Augment(batch, step, pixels.Span);
        return new AugmentedBatch(new Batch(pixels, batch.Labels.ToArray(), AugmentTabular(batch, step, mixes)), mixes);
    }

    /// <summary>Writes the augmented pictures.</summary>
    /// <param name="batch">The pictures; they stay as they are.</param>
    /// <param name="step">From 0, over the whole run.</param>
    /// <param name="pixels">uint8 [N,128,1292], overwritten.</param>
    /// <returns>What each picture was mixed with, [N].</returns>
    public Mix[] Augment(Batch batch, int step, Span<byte> pixels)
    {
        var mixes = DrawMixes(batch.Count, step);
        if (options.MixupAlpha == 0)
        {
            Distort(batch, step, pixels);
            return mixes;
        }

        byte[] distorted = ArrayPool<byte>.Shared.Rent(pixels.Length);
        try
        {
            Distort(batch, step, distorted.AsSpan(0, pixels.Length));
            for (int image = 0; image < batch.Count; image++)
            {
                Blend(Picture(distorted, image), Picture(distorted, mixes[image].Partner), mixes[image].Share, Picture(pixels, image));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(distorted);
        }

        return mixes;
    }

    /// <summary>Mixes and hides tabular values.</summary>
    /// <param name="batch">The values; they stay as they are.</param>
    /// <param name="step">From 0, over the whole run.</param>
    /// <param name="mixes">What each image is mixed with, [N].</param>
    /// <returns>As the batch has them; what one of two mixed images lacks is missing.</returns>
    public float[] AugmentTabular(Batch batch, int step, ReadOnlySpan<Mix> mixes)
    {
        var values = batch.Tabular.Span;
        float[] augmented = new float[values.Length];
        int columns = values.Length / batch.Count;
        var random = SplitMix64.At(seed, step, TabularPlace);
        for (int image = 0; image < batch.Count; image++)
        {
            var row = augmented.AsSpan(image * columns, columns);
            bool isHidden = random.NextDouble() < options.TabularDropout;
            var (partner, _) = mixes[image];
            float own = mixes[image].Own;
            for (int column = 0; column < columns; column++)
            {
                float mixed = own * values[image * columns + column] + (1 - own) * values[partner * columns + column];
                row[column] = isHidden ? float.NaN : mixed;
            }
        }

        return augmented;
    }

    private Mix[] DrawMixes(int images, int step)
    {
        var mixes = new Mix[images];
        int[] partners = [.. Enumerable.Range(0, images)];
        if (options.MixupAlpha == 0)
        {
            return [.. partners.Select(image => new Mix(image, Mix.Whole))];
        }

        var random = SplitMix64.At(seed, step, MixingPlace);
        for (int last = images - 1; last > 0; last--)
        {
            int other = random.Next(last + 1);
            (partners[last], partners[other]) = (partners[other], partners[last]);
        }

        for (int image = 0; image < images; image++)
        {
            // Without this a pair could come twice, once from each side, with nearly the same shares.
            double share = BetaDistribution.Draw(ref random, options.MixupAlpha);
            mixes[image] = new Mix(partners[image], (int)Math.Round(Mix.Whole * Math.Max(share, 1 - share)));
        }

        return mixes;
    }

    private void Distort(Batch batch, int step, Span<byte> pixels)
    {
        for (int image = 0; image < batch.Count; image++)
        {
            var random = SplitMix64.At(seed, step, image);
            var picture = Picture(pixels, image);
            int shift = options.TimeShiftFrames == 0 ? 0 : random.Next(2 * options.TimeShiftFrames + 1) - options.TimeShiftFrames;
            Roll(batch.Pixels.Span.Slice(image * SpectrogramShape.Pixels, SpectrogramShape.Pixels), shift, picture);
            Mask(picture, ref random);
        }
    }

    private static void Roll(ReadOnlySpan<byte> source, int frames, Span<byte> picture)
    {
        if (frames == 0)
        {
            source.CopyTo(picture);
            return;
        }

        int first = (frames + SpectrogramShape.Frames) % SpectrogramShape.Frames;
        for (int start = 0; start < SpectrogramShape.Pixels; start += SpectrogramShape.Frames)
        {
            var row = source.Slice(start, SpectrogramShape.Frames);
            row[..^first].CopyTo(picture.Slice(start + first));
            row[^first..].CopyTo(picture.Slice(start, first));
        }
    }

    /// <summary>
    /// Masks are of the picture's mean: that moves a normalisation's statistics least. The white of silence would be something that
    /// songs have of themselves.
    /// </summary>
    private void Mask(Span<byte> picture, ref SplitMix64 random)
    {
        if (options.TimeMasks + options.FrequencyMasks == 0)
        {
            return;
        }

        byte mean = Mean(picture);
        for (int mask = 0; mask < options.TimeMasks; mask++)
        {
            var (first, count) = Stretch(ref random, options.TimeMaskFrames, SpectrogramShape.Frames);
            for (int row = 0; row < SpectrogramShape.Bands; row++)
            {
                picture.Slice(row * SpectrogramShape.Frames + first, count).Fill(mean);
            }
        }

        for (int mask = 0; mask < options.FrequencyMasks; mask++)
        {
            var (first, count) = Stretch(ref random, options.FrequencyMaskBands, SpectrogramShape.Bands);
            picture.Slice(first * SpectrogramShape.Frames, count * SpectrogramShape.Frames).Fill(mean);
        }
    }

    /// <summary>A place for 0 to <paramref name="most"/> of <paramref name="all"/>, every length and every place as likely as the others.</summary>
    private static (int First, int Count) Stretch(ref SplitMix64 random, int most, int all)
    {
        int count = random.Next(most + 1);
        return (random.Next(all - count + 1), count);
    }

    private static byte Mean(ReadOnlySpan<byte> picture)
    {
        uint sum = 0;
        foreach (byte pixel in picture)
        {
            sum += pixel;
        }

        return (byte)((sum + SpectrogramShape.Pixels / 2) / SpectrogramShape.Pixels);
    }

    /// <summary>Rounds to a grey level: the error is that of the pictures themselves, and the network's input stays a byte a pixel.</summary>
    private static void Blend(ReadOnlySpan<byte> own, ReadOnlySpan<byte> other, int share, Span<byte> result)
    {
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = (byte)((own[i] * share + other[i] * (Mix.Whole - share) + Mix.Whole / 2) / Mix.Whole);
        }
    }

    private static Span<byte> Picture(Span<byte> pixels, int image) => pixels.Slice(image * SpectrogramShape.Pixels, SpectrogramShape.Pixels);
}
