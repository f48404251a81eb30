using Bunit;
using GenreCloud.Client.Datasets;
using GenreCloud.Dashboard.Datasets;
using GenreCloud.Dashboard.Upstream;

namespace GenreCloud.Dashboard.Tests.Datasets;

public sealed class PagedListTests : ComponentTest
{
    [Fact]
    public void Only_what_is_in_sight_exists_and_markup_is_text()
    {
        var list = RenderList((offset, limit, _) => Task.FromResult(new Page<string>([.. Enumerable.Range(offset, limit).Select(index => $"<b>{index}</b>")], 100_000)));

        list.WaitForAssertion(() => list.Find(".list-count").TextContent.ShouldBe("100,000 samples"));
        list.FindAll(".paged-row").Count.ShouldBeLessThan(200);
        list.FindAll("b").ShouldBeEmpty();
    }

    [Fact]
    public void A_service_that_is_down_is_said_and_asked_again_until_it_is_back()
    {
        var down = true;
        var list = RenderList((_, _, _) => down ? throw new ServiceUnreachableException(Service.DatasetImport, "refused") : Task.FromResult(new Page<string>(["one"], 1)));
        list.WaitForAssertion(() => list.Find(".notice-title").TextContent.ShouldBe("The import service does not answer"));

        down = false;

        list.WaitForAssertion(() =>
        {
            Time.Advance(TimeSpan.FromSeconds(2));
            list.Find(".list-count").TextContent.ShouldBe("1 sample");
        });
        list.FindAll(".notice").ShouldBeEmpty();
    }

    [Fact]
    public void Nothing_to_show_is_said()
    {
        var list = RenderList((_, _, _) => Task.FromResult(new Page<string>([], 0)));

        list.WaitForAssertion(() => list.Markup.ShouldContain("nothing is like that"));
    }

    private IRenderedComponent<PagedList<string>> RenderList(Func<int, int, CancellationToken, Task<Page<string>>> load) => Render<PagedList<string>>(parameters => parameters
        .Add(list => list.Title, "Samples")
        .Add(list => list.What, "sample")
        .Add(list => list.Load, load)
        .Add(list => list.ChildContent, item => builder => builder.AddContent(0, item))
        .Add(list => list.Empty, builder => builder.AddContent(0, "nothing is like that")));
}
