using GenreCloud.Client.Datasets;
using GenreCloud.Dashboard.Datasets;

namespace GenreCloud.Dashboard.Tests.Datasets;

public sealed class PagedSourceTests
{
    private readonly List<int> _asked = [];

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, 20)]
    [InlineData(90, 20)]
    [InlineData(99_990, 10)]
    [InlineData(250, 300)]
    public async Task A_part_is_what_it_is_in_the_whole(int start, int count) =>
        (await List(100_000).ReadAsync(start, count, CancellationToken)).ShouldBe(Enumerable.Range(start, count));

    [Fact]
    public async Task The_end_of_the_list_ends_a_part()
    {
        var list = List(230);

        (await list.ReadAsync(220, 50, CancellationToken)).ShouldBe(Enumerable.Range(220, 10));
        list.Total.ShouldBe(230);
    }

    [Fact]
    public async Task Who_scrolls_back_and_forth_asks_once()
    {
        var list = List(100_000);
        foreach (var start in (int[])[0, 30, 60, 90, 60, 30, 0, 130])
        {
            await list.ReadAsync(start, 40, CancellationToken);
        }

        _asked.ShouldBe([0, 100]);
    }

    [Fact]
    public async Task What_is_kept_does_not_grow_with_the_list()
    {
        var list = List(100_000);
        for (var start = 0; start < 100_000; start += 1000)
        {
            await list.ReadAsync(start, 40, CancellationToken);
        }

        await list.ReadAsync(0, 40, CancellationToken);

        _asked.Count(offset => offset == 0).ShouldBe(2);
    }

    private PagedSource<int> List(int total) => new((offset, limit, _) =>
    {
        _asked.Add(offset);
        return Task.FromResult(new Page<int>([.. Enumerable.Range(offset, Math.Min(limit, total - offset))], total));
    });
}
