using CsCheck;
using GenreCloud.Datasets.Batches;

namespace GenreCloud.Datasets.Tests.Batches;

public sealed class EpochOrderTests
{
    private static readonly int[] Indices = [.. Enumerable.Range(100, 50)];

    [Fact]
    public void An_epoch_visits_every_sample_once() => EpochOrder.Shuffle(Indices, 1, 0).Order().ShouldBe(Indices);

    [Fact]
    public void The_order_is_the_same_on_every_run_and_machine()
        => EpochOrder.Shuffle([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], seed: 42, epoch: 3).ShouldBe([4, 6, 8, 2, 0, 7, 9, 1, 3, 5]);

    [Fact]
    public void Seeds_and_epochs_have_orders_of_their_own()
        => (from seed in Enumerable.Range(-2, 5) from epoch in Enumerable.Range(0, 5) select string.Join(',', EpochOrder.Shuffle(Indices, seed, epoch)))
            .Distinct().Count().ShouldBe(25);

    [Fact]
    public void The_given_indices_stay_as_they_are()
    {
        int[] indices = [3, 2, 1];

        EpochOrder.Shuffle(indices, 1, 1);

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
            counts[Array.IndexOf(EpochOrder.Shuffle([0, 1, 2, 3, 4], 7, epoch), 0)]++;
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
            long[] labels = [.. classes.Select(label => (long)label)];

            var order = EpochOrder.Balance(indices, labels, seed, epoch);

            order.Length.ShouldBe(indices.Length);
            var counts = order.CountBy(index => labels[index]).ToDictionary();
            counts.Count.ShouldBe(classes.Distinct().Count());
            (counts.Values.Max() - counts.Values.Min()).ShouldBeLessThanOrEqualTo(1);
            foreach (var members in indices.GroupBy(index => labels[index]))
            {
                int[] visits = [.. members.Select(index => order.Count(visited => visited == index))];
                (visits.Max() - visits.Min()).ShouldBeLessThanOrEqualTo(1);
            }
        });

    [Fact]
    public void Balanced_epochs_are_functions_of_seed_and_epoch()
    {
        long[] labels = [.. Enumerable.Range(0, 150).Select(index => index % 10 == 0 ? 1L : 0)];

        EpochOrder.Balance(Indices, labels, 1, 2).ShouldBe(EpochOrder.Balance(Indices, labels, 1, 2));
        EpochOrder.Balance(Indices, labels, 1, 3).ShouldNotBe(EpochOrder.Balance(Indices, labels, 1, 2));
        EpochOrder.Balance(Indices, labels, 2, 2).ShouldNotBe(EpochOrder.Balance(Indices, labels, 1, 2));
    }
}
