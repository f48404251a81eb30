namespace GenreCloud.Training.Runs;

/// <summary>A message of queue <c>training</c>: execute this run.</summary>
internal sealed record RunMessage(string RunId);
