using System.Diagnostics;
using System.Net.Http.Json;
using GenreCloud.ServiceDefaults;
using GenreCloud.Storage;
using GenreCloud.Testing;
using GenreCloud.Training.ModelEvaluations;

namespace GenreCloud.Training.Tests.ModelEvaluations;

public sealed class ModelEvaluationTelemetryTests(AzuriteFixture azurite)
{
    private static readonly string[] Genres = ["classical", "techno"];

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_evaluation_is_one_trace_from_the_request_to_the_answers()
    {
        var account = azurite.NewAccount();
        await SmallDataset.WriteAsync(account, Genres);
        using var network = UntrainedModel.Crnn(Genres.Length);
        await UntrainedModel.RegisterAsync(account, network, Genres);
        await using var host = await ServiceHost.StartAsync(
            account,
            builder =>
            {
                builder.AddServiceDefaults();
                builder.AddTrainingApi();
            },
            app => app.MapTraining(),
            ("Training:Threads", "1"));
        using var recording = new TelemetryRecording();

        using var response = await host.Client.PostAsJsonAsync(
            new Uri("/api/evaluations", UriKind.Relative), new { model = UntrainedModel.Name, dataset = SmallDataset.Name }, CancellationToken);
        var id = (await response.Content.ReadFromJsonAsync<ModelEvaluation>(GenreCloudJson.Options, CancellationToken)).ShouldNotBeNull().Id;
        var process = (await recording.WaitForSpansAsync("process evaluations", 1, CancellationToken))[0];

        var request = (await recording.WaitForAsync(span => span.Kind == ActivityKind.Server, 1, CancellationToken))[0];
        var send = recording.Span("send evaluations");
        var evaluate = recording.Span("evaluate");
        send.ParentSpanId.ShouldBe(request.SpanId);
        process.ParentSpanId.ShouldBe(send.SpanId);
        evaluate.ParentSpanId.ShouldBe(process.SpanId);
        ((Activity[])[request, process, evaluate]).ShouldAllBe(span => id.Equals(span.GetTagItem("genrecloud.evaluation.id")));
        ((Activity[])[evaluate]).ShouldBeAsDocumented("evaluate");
        evaluate.Status.ShouldBe(ActivityStatusCode.Unset);
        evaluate.GetTagItem("genrecloud.model.version").ShouldBe(1);
    }
}
