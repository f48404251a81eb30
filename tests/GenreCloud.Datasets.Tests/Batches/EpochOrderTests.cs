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
}
