using System.Net.Http.Json;
using System.Text.Json;
using GenreCloud.Storage;
using GenreCloud.Training.ModelEvaluations;

namespace GenreCloud.Training.Tests.ModelEvaluations;

/// <summary>Evaluations over HTTP.</summary>
internal static class EvaluationClient
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    /// <returns>The id of the accepted evaluation.</returns>
    public static async Task<string> StartEvaluationAsync(this TrainingProcess service, object request)
    {
        using var response = await service.PostAsync(request, "/api/evaluations");
        var body = await response.Content.ReadAsStringAsync(CancellationToken);
        ((int)response.StatusCode).ShouldBe(202, body);
        var evaluation = JsonSerializer.Deserialize<ModelEvaluation>(body, GenreCloudJson.Options).ShouldNotBeNull();
        response.Headers.Location.ShouldNotBeNull().ToString().ShouldBe($"/api/evaluations/{evaluation.Id}");
        return evaluation.Id;
    }

    public static Task<ModelEvaluation> WaitForEvaluationAsync(this TrainingProcess service, string id) =>
        service.WaitForEvaluationAsync(id, evaluation => evaluation.HasEnded);

    /// <summary>Asks for the evaluation until it is as wanted; one that has ended instead fails the test.</summary>
    public static async Task<ModelEvaluation> WaitForEvaluationAsync(this TrainingProcess service, string id, Func<ModelEvaluation, bool> isWanted)
    {
        while (true)
        {
            using var response = await service.GetAsync($"/api/evaluations/{id}");
            var evaluation = (await response.Content.ReadFromJsonAsync<ModelEvaluation>(GenreCloudJson.Options, CancellationToken)).ShouldNotBeNull();
            if (isWanted(evaluation))
            {
                return evaluation;
            }

            evaluation.HasEnded.ShouldBeFalse($"{evaluation.Status}: {evaluation.Error}");
            await Task.Delay(PollInterval, CancellationToken);
        }
    }

    /// <summary>Starts an evaluation, and returns it when it has ended.</summary>
    public static async Task<ModelEvaluation> EvaluateAsync(this TrainingProcess service, object request) =>
        await service.WaitForEvaluationAsync(await service.StartEvaluationAsync(request));
}
