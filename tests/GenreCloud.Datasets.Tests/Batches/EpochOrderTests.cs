using CsCheck;
using GenreCloud.Datasets.Batches;
using GenreCloud.Datasets.Samples;

namespace GenreCloud.Datasets.Tests.Batches;

public sealed class EpochOrderTests
{
    private static readonly int[] Indices = [.. Enumerable.Range(100, 50)];

    /// <summary>150 samples of one shard.</summary>
    private static readonly Sample[] Samples = [.. Enumerable.Range(0, 150).Select(index => In(shard: 0, index % 10 == 0 ? "jazz" : "rock"))];

    [Fact]
    public void An_epoch_visits_every_sample_once() => EpochOrder.Shuffle(Indices, Samples, 1, 0).Order().ShouldBe(Indices);

    [Fact]
    public void The_order_is_the_same_on_every_run_and_machine()
        => EpochOrder.Shuffle([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], Samples, seed: 42, epoch: 3).ShouldBe([4, 6, 8, 2, 0, 7, 9, 1, 3, 5]);

    [Fact]
    public void Seeds_and_epochs_have_orders_of_their_own()
        => (from seed in Enumerable.Range(-2, 5) from epoch in Enumerable.Range(0, 5) select string.Join(',', EpochOrder.Shuffle(Indices, Samples, seed, epoch)))
            .Distinct().Count().ShouldBe(25);

    [Fact]
    public void The_given_indices_stay_as_they_are()
    {
        int[] indices = [3, 2, 1];

        EpochOrder.Shuffle(indices, Samples, 1, 1);

        indices.ShouldBe([3, 2, 1]);
    }

    [Fact]
    public void The_generator_gives_the_numbers_of_the_paper()
    {
        // The reference implementation's first three outputs for the seed 1234567.
        var random = new SplitMix64(1234567);

        random.Next().ShouldBe(6457827717110365317UL);
        random.Next().ShouldBe(3203168211198807973UL);
        random.Next().ShouldBe(9817491932198370423UL);
    }

    [Fact]
    public void Places_are_equally_likely()
    {
        var counts = new int[5];
        for (var epoch = 0; epoch < 5_000; epoch++)
        {
            counts[Array.IndexOf(EpochOrder.Shuffle([0, 1, 2, 3, 4], Samples, 7, epoch), 0)]++;
        }

        // 1,000 expected with a standard deviation of 28; the seed is fixed.
        counts.ShouldAllBe(count => count > 880 && count < 1_120);
    }

    [Fact]
    public void A_place_has_the_same_numbers_whatever_was_drawn_before_and_other_places_have_others()
    {
        var places = from seed in Enumerable.Range(0, 4) from step in Enumerable.Range(0, 50) from image in Enumerable.Range(-2, 20) select (seed, step, image);

        places.Select(place => SplitMix64.At(place.seed, place.step, place.image).Next()).Distinct().Count().ShouldBe(4_000);
        SplitMix64.At(1, 2, 3).Next().ShouldBe(SplitMix64.At(1, 2, 3).Next());
    }

    [Fact]
    public void Fractions_lie_evenly_between_zero_and_one()
    {
        var random = new SplitMix64(3);
        double[] fractions = [.. Enumerable.Range(0, 10_000).Select(_ => random.NextDouble())];

        fractions.ShouldAllBe(fraction => fraction > 0 && fraction < 1);
        fractions.GroupBy(fraction => (int)(10 * fraction)).ShouldAllBe(tenth => tenth.Count() > 880 && tenth.Count() < 1_120);
    }

    [Fact]
    public void A_balanced_epoch_has_as_many_samples_of_every_class_and_of_a_small_one_each_as_often()
        => Gen.Select(Gen.Int[0, 4].Array[5, 60], Gen.Int, Gen.Int[0, 20]).Sample((classes, seed, epoch) =>
        {
            int[] indices = [.. Enumerable.Range(0, classes.Length)];
            Sample[] samples = [.. classes.Select(label => In(shard: 0, $"class {label}"))];

            var order = EpochOrder.Balance(indices, samples, seed, epoch);

            order.Length.ShouldBe(indices.Length);
            var counts = order.CountBy(index => samples[index].Label).ToDictionary();
            counts.Count.ShouldBe(classes.Distinct().Count());
            (counts.Values.Max() - counts.Values.Min()).ShouldBeLessThanOrEqualTo(1);
            foreach (var members in indices.GroupBy(index => samples[index].Label))
            {
                int[] visits = [.. members.Select(index => order.Count(visited => visited == index))];
                (visits.Max() - visits.Min()).ShouldBeLessThanOrEqualTo(1);
            }
        });

    [Fact]
    public void Balanced_epochs_are_functions_of_seed_and_epoch()
    {
        EpochOrder.Balance(Indices, Samples, 1, 2).ShouldBe(EpochOrder.Balance(Indices, Samples, 1, 2));
        EpochOrder.Balance(Indices, Samples, 1, 3).ShouldNotBe(EpochOrder.Balance(Indices, Samples, 1, 2));
        EpochOrder.Balance(Indices, Samples, 2, 2).ShouldNotBe(EpochOrder.Balance(Indices, Samples, 1, 2));
    }

    // Sorted by class, as an archive of a folder for each genre is, and mixed, as one of ids is.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_many_shards_few_are_in_use_at_a_time_and_every_window_has_its_part_of_each_class(bool isSorted)
    {
        var samples = ManyShards(isSorted);
        int[] indices = [.. Enumerable.Range(0, samples.Length)];

        var order = EpochOrder.Shuffle(indices, samples, seed: 5, epoch: 2);

        order.Order().ShouldBe(indices);
        var windows = order.Chunk((samples.Length + 2) / 3).ToArray();
        foreach (var window in windows)
        {
            window.Select(index => samples[index].Shard).Distinct().Count().ShouldBeLessThanOrEqualTo(30 + (2 * 12), "a third, and of each class those shared with the neighbours");
            window.Count(index => samples[index].Label == "rare").ShouldBeInRange(6, 7);
            window.Count(index => samples[index].Label == "class 0").ShouldBeInRange(195, 205);
        }

        // What is read next to each other is of many shards.
        windows.ShouldAllBe(window => window.Take(32).Select(index => samples[index].Shard).Distinct().Count() > 10);
    }

    [Fact]
    public void The_order_of_many_shards_is_a_function_of_seed_and_epoch_and_its_windows_have_other_shards_in_each()
    {
        var samples = ManyShards(isSorted: false);
        int[] indices = [.. Enumerable.Range(0, samples.Length)];

        EpochOrder.Shuffle(indices, samples, 5, 2).ShouldBe(EpochOrder.Shuffle(indices, samples, 5, 2));
        (from seed in Enumerable.Range(0, 3) from epoch in Enumerable.Range(0, 3) select FirstShards(seed, epoch)).Distinct().Count().ShouldBe(9);

        string FirstShards(int seed, int epoch) =>
            string.Join(',', EpochOrder.Shuffle(indices, samples, seed, epoch).Take(samples.Length / 3).Select(index => samples[index].Shard).Distinct().Order());
    }

    [Fact]
    public void A_balanced_epoch_of_many_shards_is_balanced_in_every_window_too()
    {
        var samples = ManyShards(isSorted: true);

        var order = EpochOrder.Balance([.. Enumerable.Range(0, samples.Length)], samples, seed: 1, epoch: 0);

        foreach (var window in order.Chunk((samples.Length + 2) / 3))
        {
            window.CountBy(index => samples[index].Label).Select(label => label.Value).ShouldAllBe(count => count >= 49 && count <= 51);
        }
    }

    /// <summary>20 samples in each of 90 shards, which are three windows: a class of 20, one of 600 and ten of 118.</summary>
    private static Sample[] ManyShards(bool isSorted)
    {
        string[] labels = [.. Enumerable.Repeat("rare", 20), .. Enumerable.Repeat("class 0", 600), .. Enumerable.Range(0, 1180).Select(i => $"class {1 + (i / 118)}")];
        return [.. labels.Index().Select(label => In(isSorted ? label.Index / 20 : label.Index % 90, label.Item))];
    }

    private static Sample In(int shard, string label) =>
        new() { Id = "s", Label = label, Shard = shard, Offset = 512, Length = 1, PixelsSha256 = "" };
}
