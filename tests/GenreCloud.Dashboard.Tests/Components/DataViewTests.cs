using Bunit;
using GenreCloud.Client;
using GenreCloud.Dashboard.Components;
using GenreCloud.Dashboard.Upstream;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace GenreCloud.Dashboard.Tests.Components;

public sealed class DataViewTests : ComponentTest
{
    [Fact]
    public void It_keeps_a_place_until_the_service_has_answered()
    {
        var answer = new TaskCompletionSource<string>();
        var view = RenderView(_ => answer.Task, view => view.Add(v => v.MinHeight, "20rem"));

        view.Find("[role=status]").GetAttribute("style").ShouldBe("min-height: 20rem");

        answer.SetResult("an answer");
        view.WaitForAssertion(() => view.Markup.ShouldContain("an answer"));
        view.FindAll("[role=status]").ShouldBeEmpty();
    }

    [Fact]
    public void A_service_that_is_down_is_named_and_asked_again_until_it_is_back()
    {
        var down = true;
        var view = RenderView(_ => down ? throw new ServiceUnreachableException(Service.Training, "refused") : Task.FromResult("back"));

        view.Find(".notice-title").TextContent.ShouldBe("The training service does not answer");

        down = false;
        Time.Advance(TimeSpan.FromSeconds(2));
        view.WaitForAssertion(() => view.Markup.ShouldContain("back"));
        view.FindAll(".notice").ShouldBeEmpty();
    }

    [Fact]
    public void What_was_there_stays_on_the_page_while_the_service_is_away()
    {
        var down = false;
        var view = RenderView(
            _ => down ? throw new ServiceUnreachableException(Service.Inference, "refused") : Task.FromResult("first"),
            view => view.Add(v => v.RefreshEvery, TimeSpan.FromSeconds(5)));
        view.Markup.ShouldContain("first");

        down = true;
        Time.Advance(TimeSpan.FromSeconds(5));

        view.WaitForAssertion(() => view.Find(".notice-title").TextContent.ShouldBe("The inference service does not answer"));
        view.Find(".stale").TextContent.ShouldBe("first");
    }

    [Fact]
    public void What_a_service_refuses_is_shown_with_what_to_do_and_not_asked_for_again()
    {
        var asked = 0;
        var view = RenderView(_ =>
        {
            asked++;
            throw new GenreCloudException(new Problem(404, "Unknown model", "There is no model 'x'. There are: y."));
        });

        view.Find("[role=alert]").TextContent.ShouldContain("There is no model 'x'. There are: y.");
        view.FindAll(".waiting").ShouldBeEmpty();

        Time.Advance(TimeSpan.FromSeconds(10));
        asked.ShouldBe(1);
    }

    [Fact]
    public void Nothing_in_it_is_said_with_what_to_do()
    {
        var view = RenderView(_ => Task.FromResult(""), view => view
            .Add(v => v.IsEmpty, value => value.Length == 0)
            .Add(v => v.Empty, "<p>Import something.</p>"));

        view.Markup.ShouldContain("Import something.");
    }

    [Fact]
    public void Another_thing_to_show_is_loaded_and_the_late_answer_of_the_first_is_not_shown()
    {
        var first = new TaskCompletionSource<string>();
        var view = RenderView(_ => first.Task, view => view.Add(v => v.For, 1));

        view.Render(parameters => parameters.Add(v => v.For, 2).Add(v => v.Load, _ => Task.FromResult("second")));
        view.Markup.ShouldContain("second");
        first.SetResult("first");

        view.WaitForAssertion(() => view.Markup.ShouldContain("second"));
    }

    [Fact]
    public void What_is_no_fault_of_a_service_does_not_end_the_refreshing_unseen()
    {
        var broken = false;
        var page = Render<ErrorBoundary>(boundary => boundary
            .Add(b => b.ErrorContent, _ => builder => builder.AddContent(0, "broken"))
            .AddChildContent<DataView<string>>(view => view
                .Add(v => v.Load, _ => broken ? throw new InvalidOperationException("ours") : Task.FromResult("first"))
                .Add(v => v.RefreshEvery, TimeSpan.FromSeconds(2))
                .Add(v => v.ChildContent, (RenderFragment<string>)(value => builder => builder.AddContent(0, value)))));
        page.Markup.ShouldContain("first");

        broken = true;
        Time.Advance(TimeSpan.FromSeconds(2));

        page.WaitForAssertion(() => page.Markup.ShouldBe("broken"));
    }

    [Fact]
    public void What_services_say_is_text()
    {
        var view = RenderView(_ => throw new GenreCloudException(new Problem(400, "<b>bold</b>", "<script>alert(1)</script>")));

        view.FindAll("b, script").ShouldBeEmpty();
        view.Find(".notice-title").TextContent.ShouldBe("<b>bold</b>");
    }

    private IRenderedComponent<DataView<string>> RenderView(
        Func<CancellationToken, Task<string>> load, Action<ComponentParameterCollectionBuilder<DataView<string>>>? more = null) => Render<DataView<string>>(view =>
        {
            view.Add(v => v.Load, load).Add(v => v.ChildContent, (RenderFragment<string>)(value => builder => builder.AddContent(0, value)));
            more?.Invoke(view);
        });
}
