using System.Text.Json;
using Bunit;
using GenreCloud.Client;
using GenreCloud.Dashboard.Components;
using GenreCloud.Dashboard.Files;
using GenreCloud.Dashboard.Upstream;

namespace GenreCloud.Dashboard.Tests.Components;

public sealed class FaultTests : ComponentTest
{
    [Fact]
    public void What_breaks_on_the_way_passes_and_what_is_ours_does_not()
    {
        Fault.Of(new ServiceUnreachableException(Service.Training, "refused"))!.IsPassing.ShouldBeTrue();
        Fault.Of(new HttpIOException(HttpRequestError.ResponseEnded))!.IsPassing.ShouldBeTrue();
        Fault.Of(new IOException("reset"))!.IsPassing.ShouldBeTrue();
        Fault.Of(new JsonException())!.IsPassing.ShouldBeTrue();
        Fault.Of(new FileNotFoundException()).ShouldBeNull();
        Fault.Of(new InvalidOperationException()).ShouldBeNull();
        Fault.Of(new GenreCloudException(new Problem(400, "No", Detail: null)))!.IsPassing.ShouldBeFalse();
    }

    [Fact]
    public void What_the_page_does_not_do_again_is_left_to_its_reader()
    {
        var down = Fault.Of(new ServiceUnreachableException(Service.Training, "refused"))!;

        Render<FaultNotice>(notice => notice.Add(n => n.Value, down).Add(n => n.GoesOn, true)).Markup.ShouldContain("goes on by itself");
        var once = Render<FaultNotice>(notice => notice.Add(n => n.Value, down));
        once.Markup.ShouldNotContain("by itself");
        once.Markup.ShouldContain("Try it again");
    }

    [Fact]
    public void A_browser_that_had_no_answer_says_so() =>
        Fault.Of(new BrowserAnswer(0, "")).Title.ShouldBe("The connection to GenreCloud broke");
}
