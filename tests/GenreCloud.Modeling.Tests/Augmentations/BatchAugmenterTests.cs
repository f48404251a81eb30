using GenreCloud.Modeling.Augmentations;

namespace GenreCloud.Modeling.Tests.Augmentations;

public sealed class BatchAugmenterTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private const int Bands = SpectrogramShape.Bands;
    private const int Frames = SpectrogramShape.Frames;

    [Fact]
    public void Without_augmentation_pictures_and_tabular_values_stay_as_they_are()
    {
        var batch = Noise(2);

        var (pixels, mixes, tabular) = Augment(new Augmentation(), batch, step: 3);

        pixels.AsSpan().SequenceEqual(batch.Pixels.Span).ShouldBeTrue();
        tabular.ShouldBe(batch.Tabular.ToArray());
        mixes.ShouldBe([new Mix(0, Mix.Whole), new Mix(1, Mix.Whole)]);
    }

    [Fact]
    public void It_is_a_function_of_seed_step_and_place_alone()
    {
        var options = new Augmentation { TimeMasks = 1, FrequencyMasks = 1, TimeShiftFrames = 300, MixupAlpha = 0.4, TabularDropout = 0.5 };
        var batch = Noise(4);
        var used = new BatchAugmenter(options, seed: 1);
        used.Augment(batch, 4, new byte[batch.Pixels.Length]);
        byte[] afterOthers = new byte[batch.Pixels.Length];
        used.Augment(batch, 5, afterOthers);

        var (pixels, _, _) = Augment(options, batch, step: 5);

        afterOthers.AsSpan().SequenceEqual(pixels).ShouldBeTrue();
        Augment(options, batch, step: 6).Pixels.AsSpan().SequenceEqual(pixels).ShouldBeFalse();
        Augment(options, batch, step: 5, seed: 2).Pixels.AsSpan().SequenceEqual(pixels).ShouldBeFalse();
    }

    [Fact]
    public void A_time_shift_rolls_all_bands_alike_within_its_limit_to_both_sides()
    {
        var batch = Noise(1);
        var shifts = new HashSet<int>();

        for (int step = 0; step < 60; step++)
        {
            var (pixels, _, _) = Augment(new Augmentation { TimeShiftFrames = 2 }, batch, step);
            int shift = Enumerable.Range(-3, 7).Single(shift => IsRolled(batch.Pixels.Span, pixels, shift));
            shifts.Add(shift);
        }

        shifts.Order().ShouldBe([-2, -1, 0, 1, 2]);
    }

    [Fact]
    public void Time_masks_cover_whole_columns_with_the_mean_up_to_their_width()
    {
        var batch = Noise(1);
        byte[] source = batch.Pixels.ToArray();
        byte mean = Mean(batch);
        var widths = new HashSet<int>();

        for (int step = 0; step < 80; step++)
        {
            var (pixels, _, _) = Augment(new Augmentation { TimeMasks = 1, TimeMaskFrames = 5 }, batch, step);
            int[] masked = [.. Enumerable.Range(0, Frames).Where(column => IsOf(mean, pixels, column))];
            widths.Add(masked.Length);
            (masked.Length == 0 || masked[^1] - masked[0] == masked.Length - 1).ShouldBeTrue();
            Enumerable.Range(0, Frames).Except(masked).ShouldAllBe(column => IsSame(source, pixels, column));
        }

        widths.Order().ShouldBe([0, 1, 2, 3, 4, 5]);
    }

    [Fact]
    public void Frequency_masks_cover_whole_bands_with_the_mean_up_to_their_width()
    {
        var batch = Noise(1);
        byte[] source = batch.Pixels.ToArray();
        byte mean = Mean(batch);
        var widths = new HashSet<int>();

        for (int step = 0; step < 80; step++)
        {
            var (pixels, _, _) = Augment(new Augmentation { FrequencyMasks = 1, FrequencyMaskBands = 3 }, batch, step);
            int[] masked = [.. Enumerable.Range(0, Bands).Where(row => !pixels.AsSpan(row * Frames, Frames).ContainsAnyExcept(mean))];
            widths.Add(masked.Length);
            (masked.Length == 0 || masked[^1] - masked[0] == masked.Length - 1).ShouldBeTrue();
            Enumerable.Range(0, Bands).Except(masked)
                .All(row => pixels.AsSpan(row * Frames, Frames).SequenceEqual(source.AsSpan(row * Frames, Frames)))
                .ShouldBeTrue();
        }

        widths.Order().ShouldBe([0, 1, 2, 3]);
    }

    [Fact]
    public void Several_masks_lie_in_several_places()
    {
        var batch = Noise(1);
        byte mean = Mean(batch);

        int[] stretches = [.. Enumerable.Range(0, 40).Select(step =>
        {
            var (pixels, _, _) = Augment(new Augmentation { TimeMasks = 3, TimeMaskFrames = 10 }, batch, step);
            bool[] masked = [.. Enumerable.Range(0, Frames).Select(column => IsOf(mean, pixels, column))];
            return masked.Zip(masked.Skip(1)).Count(pair => !pair.First && pair.Second) + (masked[0] ? 1 : 0);
        })];

        stretches.Max().ShouldBe(3);
    }

    [Fact]
    public void Mixup_blends_each_picture_with_one_partner_and_remains_the_larger_part()
    {
        var batch = Noise(6);

        var (pixels, mixes, tabular) = Augment(new Augmentation { MixupAlpha = 0.4 }, batch, step: 8);

        mixes.Select(mix => mix.Partner).Order().ShouldBe(Enumerable.Range(0, 6));
        mixes.ShouldAllBe(mix => mix.Share >= 128 && mix.Share <= 256);
        mixes.Select(mix => mix.Share).Distinct().Count().ShouldBeGreaterThan(3);
        var source = batch.Pixels.ToArray();
        for (int image = 0; image < 6; image++)
        {
            var (partner, share) = mixes[image];
            for (int i = 0; i < SpectrogramShape.Pixels; i += 101)
            {
                double blend = (source[image * SpectrogramShape.Pixels + i] * share + source[partner * SpectrogramShape.Pixels + i] * (256.0 - share)) / 256;
                Math.Abs(pixels[image * SpectrogramShape.Pixels + i] - blend).ShouldBeLessThanOrEqualTo(0.5);
            }

            float own = share / 256f;
            tabular[2 * image].ShouldBe(own * batch.Tabular.Span[2 * image] + (1 - own) * batch.Tabular.Span[2 * partner], 1e-5f);
        }
    }

    [Fact]
    public void Shares_of_mixup_are_those_of_the_beta_distribution_folded()
    {
        var batch = new Batch(new byte[32 * SpectrogramShape.Pixels], new long[32]);
        var shares = Enumerable.Range(0, 150).SelectMany(step => Augment(new Augmentation { MixupAlpha = 0.4 }, batch, step).Mixes).Select(mix => mix.Own).ToArray();

        // The variance around 0.5 is not changed by the fold: 1/(4 * 1.8).
        shares.Average(share => Math.Pow(share - 0.5, 2)).ShouldBe(1 / 7.2, 0.005);
    }

    [Fact]
    public void What_one_of_two_mixed_images_lacks_is_missing()
    {
        var batch = Noise(2) with { Tabular = new[] { 1, float.NaN, 2, 3 } };
        int mixedStep = Enumerable.Range(0, 100).First(step => Augment(new Augmentation { MixupAlpha = 1 }, batch, step).Mixes[0] is { Partner: 1, Share: < 250 });

        var (_, _, tabular) = Augment(new Augmentation { MixupAlpha = 1 }, batch, mixedStep);

        tabular.Select(float.IsNaN).ShouldBe([false, true, false, true]);
    }

    [Fact]
    public void Tabular_dropout_hides_whole_rows_at_its_rate()
    {
        var batch = new Batch(new byte[64 * SpectrogramShape.Pixels], new long[64], new float[64 * 3]);

        bool[] hidden = [.. Enumerable.Range(0, 40).SelectMany(step => new BatchAugmenter(new Augmentation { TabularDropout = 0.25 }, 1)
            .AugmentTabular(batch, step, Unmixed(64))
            .Chunk(3)
            .Select(row => row.All(float.IsNaN) || (row.Any(float.IsNaN) ? throw new InvalidOperationException("Half a row is hidden.") : false)))];

        // 2560 rows: a standard error of 0.0086.
        hidden.Average(isHidden => isHidden ? 1.0 : 0).ShouldBe(0.25, 0.026);
    }

    private static Mix[] Unmixed(int images) => [.. Enumerable.Range(0, images).Select(image => new Mix(image, Mix.Whole))];

    private static (byte[] Pixels, Mix[] Mixes, float[] Tabular) Augment(Augmentation options, Batch batch, int step, int seed = 1)
    {
        var augmenter = new BatchAugmenter(options, seed);
        byte[] pixels = new byte[batch.Pixels.Length];
        var mixes = augmenter.Augment(batch, step, pixels);
        return (pixels, mixes, augmenter.AugmentTabular(batch, step, mixes));
    }

    private static Batch Noise(int images)
    {
        using var pixels = Networks.Pixels(images, seed: 5);
        return new Batch(pixels.bytes.ToArray(), new long[images], Enumerable.Range(0, 2 * images).Select(i => i * 1.5f).ToArray());
    }

    private static bool IsOf(byte level, byte[] pixels, int column) => Enumerable.Range(0, Bands).All(row => pixels[row * Frames + column] == level);

    private static bool IsSame(byte[] source, byte[] pixels, int column) =>
        Enumerable.Range(0, Bands).All(row => pixels[row * Frames + column] == source[row * Frames + column]);

    private static byte Mean(Batch batch) => (byte)Math.Round(batch.Pixels.ToArray().Average(pixel => (double)pixel));

    private static bool IsRolled(ReadOnlySpan<byte> source, byte[] pixels, int shift)
    {
        for (int i = 0; i < SpectrogramShape.Pixels; i++)
        {
            int column = (i % Frames + shift + Frames) % Frames;
            if (pixels[i / Frames * Frames + column] != source[i])
            {
                return false;
            }
        }

        return true;
    }

    // The source's memory is that of its last batch: one that is read ahead must not change what is being learnt.
    [Fact]
    public async Task Batches_are_augmented_ahead_and_are_those_of_their_steps()
    {
        var augmenter = new BatchAugmenter(new Augmentation { TimeMasks = 2, MixupAlpha = 0.4, TimeShiftFrames = 50 }, seed: 3);
        var asked = Enumerable.Range(0, 4).Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).ToArray();
        await using var batches = augmenter.AheadAsync(SourceAsync(), firstStep: 10, Cancellation).GetAsyncEnumerator(Cancellation);
        for (int number = 0; number < 3; number++)
        {
            (await batches.MoveNextAsync()).ShouldBeTrue();
            await asked[number + 1].Task.WaitAsync(Cancellation);
            byte[] expected = new byte[2 * SpectrogramShape.Pixels];
            var mixes = augmenter.Augment(Numbered(number), step: 10 + number, expected);

            batches.Current.Batch.Pixels.Span.SequenceEqual(expected).ShouldBeTrue();
            batches.Current.Batch.Labels.ToArray().ShouldBe([number, number + 1]);
            batches.Current.Mixes.ShouldBe(mixes);
        }

        (await batches.MoveNextAsync()).ShouldBeFalse();

        async IAsyncEnumerable<Batch> SourceAsync()
        {
            byte[] pixels = new byte[2 * SpectrogramShape.Pixels];
            long[] labels = new long[2];
            for (int number = 0; number < 3; number++)
            {
                asked[number].SetResult();
                Numbered(number).Pixels.CopyTo(pixels);
                Numbered(number).Labels.CopyTo(labels);
                yield return new Batch(pixels, labels);
            }

            asked[3].SetResult();
            await Task.CompletedTask;
        }

        static Batch Numbered(int number) => new(
            Enumerable.Range(0, 2 * SpectrogramShape.Pixels).Select(i => (byte)(i * (number + 3) / 7)).ToArray(), new long[] { number, number + 1 });
    }

    [Fact]
    public async Task What_the_source_throws_comes_with_its_batch()
    {
        var augmenter = new BatchAugmenter(new Augmentation(), seed: 3);
        await using var batches = augmenter.AheadAsync(SourceAsync(), firstStep: 0, Cancellation).GetAsyncEnumerator(Cancellation);

        (await batches.MoveNextAsync()).ShouldBeTrue();
        await Should.ThrowAsync<InvalidDataException>(async () => await batches.MoveNextAsync());

        static async IAsyncEnumerable<Batch> SourceAsync()
        {
            yield return new Batch(new byte[SpectrogramShape.Pixels], new long[1]);
            await Task.CompletedTask;
            throw new InvalidDataException();
        }
    }
}
