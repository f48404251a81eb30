namespace GenreCloud.Registry;

/// <summary>An alias was not moved, because its gate asks for a better version, or for a measurement that there is not.</summary>
public sealed class GateRefusedException(string model, string alias, GateVerdict verdict) : Exception(
    $"The gate of alias '{alias}' of model '{model}' refuses: {verdict.Finding} To move it all the same, give a reason as \"override\", which the history keeps.")
{
    public GateVerdict Verdict { get; } = verdict;
}
