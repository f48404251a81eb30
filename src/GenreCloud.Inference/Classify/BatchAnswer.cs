using Microsoft.AspNetCore.Mvc;

namespace GenreCloud.Inference.Classify;

/// <summary>A line of the answer of <c>POST /api/classify/batch</c>: what became of one file.</summary>
/// <param name="Index">Of the file in the request, 0 for the first.</param>
/// <param name="File">Its name, where it has one.</param>
/// <param name="Answer">As of <c>POST /api/classify</c>; null where there is a problem.</param>
/// <param name="Problem">Why there is no answer: the file's fault, or, in the last line, that of the rest of the request.</param>
public sealed record BatchAnswer(int Index, string? File, ClassifyResponse? Answer, ProblemDetails? Problem);
