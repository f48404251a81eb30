using System.Threading.Channels;
using Bunit;
using GenreCloud.Client;
using GenreCloud.Dashboard.Components;
using GenreCloud.Dashboard.Upstream;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace GenreCloud.Dashboard.Tests.Components;

public sealed class LiveComponentTests : ComponentTest
{
    [Fact]
    public async Task Events_are_drawn_as_they_come_to_their_end()
    {
        var events = Channel.CreateUnbounded<string>();
        var page = Render<Follower>(parameters => parameters.Add(p => p.Events, ct => events.Reader.ReadAllAsync(ct)));

        await events.Writer.WriteAsync("first", CancellationToken);
        await UntilAsync(() => page.FindAll("p") is [var found] && found.TextContent == "first");
        await events.Writer.WriteAsync("second", CancellationToken);

        await UntilAsync(() => page.FindAll("p") is [var found] && found.TextContent == "second");
    }

    [Fact]
    public async Task A_line_that_the_client_gives_up_on_is_said_and_asked_for_anew()
    {
        var down = true;
        var page = Render<Follower>(parameters => parameters.Add(p => p.Events, _ => down ? Broken() : One("back")));

        await UntilAsync(() => page.FindAll(".notice-title") is [var found] && found.TextContent == "The training service does not answer");

        down = false;
        await UntilAsync(() => page.FindAll("p") is [var found] && found.TextContent == "back");
        page.FindAll(".notice").ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_no_more_is_said_and_not_asked_for_again()
    {
        var asked = 0;
        var page = Render<Follower>(parameters => parameters.Add(p => p.Events, _ =>
        {
            asked++;
            throw new GenreCloudException(new Problem(404, "Unknown run", "It was deleted."));
        }));

        await UntilAsync(() => page.FindAll(".notice-title") is [var found] && found.TextContent == "Unknown run");
        Time.Advance(TimeSpan.FromSeconds(10));
        asked.ShouldBe(1);
    }

    private static async IAsyncEnumerable<string> One(string text)
    {
        await Task.Yield();
        yield return text;
    }

    private static IAsyncEnumerable<string> Broken() => throw new ServiceUnreachableException(Service.Training, "refused");

    private sealed class Follower : LiveComponent
    {
        private string _last = "";

        [Parameter, EditorRequired]
        public Func<CancellationToken, IAsyncEnumerable<string>> Events { get; set; } = null!;

        protected override void OnInitialized() => Follow(Events, text => _last = text);

        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            if (Fault is not null)
            {
                builder.OpenComponent<FaultNotice>(0);
                builder.AddComponentParameter(1, nameof(FaultNotice.Value), Fault);
                builder.CloseComponent();
            }
            else
            {
                builder.OpenElement(2, "p");
                builder.AddContent(3, _last);
                builder.CloseElement();
            }
        }
    }
}
