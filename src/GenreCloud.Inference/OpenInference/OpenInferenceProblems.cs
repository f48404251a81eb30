using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace GenreCloud.Inference.OpenInference;

/// <summary>Writes, in the protocol's form, why a request is refused before it reaches one of the protocol's endpoints: by who may call, and how often.</summary>
internal sealed class OpenInferenceProblems(IOptions<ProblemDetailsOptions> options) : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => context.HttpContext.Request.Path.StartsWithSegments(OpenInferenceApi.Path);

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        options.Value.CustomizeProblemDetails?.Invoke(context);
        var (status, problem) = (context.HttpContext.Response.StatusCode, context.ProblemDetails);
        var title = problem.Title ?? ReasonPhrases.GetReasonPhrase(status);
        await OpenInferenceErrors.Of(status, problem.Detail is null ? title : $"{title}: {problem.Detail}").ExecuteAsync(context.HttpContext);
    }
}
