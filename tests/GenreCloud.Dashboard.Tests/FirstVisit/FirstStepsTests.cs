using Bunit;
using GenreCloud.Dashboard.FirstVisit;
using GenreCloud.Dashboard.Tests.Runs;
using GenreCloud.Dashboard.Upstream;

namespace GenreCloud.Dashboard.Tests.FirstVisit;

public sealed class FirstStepsTests : ComponentTest
{
    private readonly StubService _service = new();

    public FirstStepsTests()
    {
        _service.Answer("/api/datasets", Array.Empty<object>());
        _service.Answer("/api/imports", Array.Empty<object>());
        _service.Answer("/api/runs", Array.Empty<object>());
        ServiceClient = _service.Client;
    }

    [Fact]
    public async Task A_service_that_is_down_at_first_is_asked_until_the_first_step_can_be_made()
    {
        _service.Down = Service.DatasetImport;
        var steps = Render<FirstSteps>();
        await UntilAsync(() => _service.Asked.Count >= 2);
        steps.Find(".notice-title").TextContent.ShouldBe("The import service does not answer");
        steps.Find("#import-sample").HasAttribute("disabled").ShouldBeTrue();

        _service.Down = null;

        await UntilAsync(() => !steps.Find("#import-sample").HasAttribute("disabled"));
        steps.FindAll(".notice").ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public async Task The_sample_is_offered_again_where_what_its_import_made_was_deleted(int version, bool offers)
    {
        _service.Answer("/api/datasets", new[] { new { name = SampleData.Dataset, versions = new[] { 1 }, details = Array.Empty<object>(), deleted = Array.Empty<object>() } });
        _service.Answer("/api/imports", new[] { new { id = "7", dataset = SampleData.Dataset, status = "completed", version, progress = new { imported = 120 } } });

        var steps = Render<FirstSteps>();

        await UntilAsync(() => offers ? steps.FindAll("#import-sample:not([disabled])").Count == 1 : steps.FindAll("#train-sample:not([disabled])").Count == 1);
        steps.FindAll("#import-sample").Count.ShouldBe(offers ? 1 : 0);
    }

    [Fact]
    public async Task A_model_without_the_alias_leads_to_the_models_and_can_be_trained_once_more()
    {
        _service.Answer("/api/runs", new[] { new { id = "8", status = "completed", settings = SampleRuns.Settings with { Dataset = SampleData.Dataset }, result = new { model = "genres-sample", modelVersion = 1, top1 = 0.5 } } });
        var told = 0;

        var steps = Render<FirstSteps>(parameters => parameters.Add(s => s.OnModel, () => told++));

        await UntilAsync(() => steps.FindAll("a[href='/models']").Count == 1);
        told.ShouldBe(1);
        steps.FindAll("button").ShouldContain(button => button.TextContent == "train once more");
    }
}
