using System.Text.Json;
using GenreCloud.Inference.Why;
using GenreCloud.Storage;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;

namespace GenreCloud.Inference.Classify;

/// <summary>Examples of answers and problems for the OpenAPI document.</summary>
internal static class ClassifyExamples
{
    private static readonly ClassifyResponse Song = new(
        "genres",
        3,
        [new Prediction("metal", 0.71f), new Prediction("rock", 0.19f)],
        Unsure: false,
        [
            new SongSegment(0, 29.99, [new Prediction("metal", 0.93f), new Prediction("rock", 0.05f)], Unsure: false),
            new SongSegment(15, 44.99, [new Prediction("metal", 0.49f), new Prediction("rock", 0.33f)], Unsure: true),
        ],
        DurationMs: 212.4);

    /// <summary>A corner of a map, which has 8 rows and 17 columns.</summary>
    private static readonly Explanation OfMetal = new(
        "genres",
        3,
        "metal",
        0.93f,
        Segment: 0,
        Start: 0,
        End: 29.99,
        [new BandSpan(0, 413.2), new BandSpan(413.2, 826.4)],
        [new FrameSpan(0, 1.765), new FrameSpan(1.765, 3.529), new FrameSpan(3.529, 5.294)],
        [[0.4121, 0.8034, 0.1207], [-0.0312, 0.2215, 0.0148]],
        DurationMs: 2612.9);

    private static readonly ProblemDetails TooShort = new()
    {
        Status = StatusCodes.Status422UnprocessableEntity,
        Title = "The song is too short",
        Detail = "The song has 2.10 s, and needs at least 3; 30 are best. If it should be longer, the file is incomplete.",
    };

    public static void AddAnswer(OpenApiOperation operation)
    {
        Add(operation, StatusCodes.Status200OK, Song);
        Add(operation, StatusCodes.Status422UnprocessableEntity, TooShort);
    }

    public static void AddExplanation(OpenApiOperation operation)
    {
        Add(operation, StatusCodes.Status200OK, OfMetal);
        Add(operation, StatusCodes.Status422UnprocessableEntity, TooShort);
    }

    /// <summary>A line; an example of several would be no JSON.</summary>
    public static void AddBatchAnswer(OpenApiOperation operation) =>
        Add(operation, StatusCodes.Status200OK, new BatchAnswer(0, "song.mp3", Song, Problem: null));

    private static void Add<T>(OpenApiOperation operation, int status, T example)
    {
        foreach (var content in operation.Responses![$"{status}"].Content!.Values)
        {
            content.Example = JsonSerializer.SerializeToNode(example, GenreCloudJson.Options);
        }
    }
}
