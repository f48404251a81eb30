using GenreCloud.Client;
using GenreCloud.Client.Models;

namespace GenreCloud.Dashboard.Models;

/// <summary>A change of a model that its page is asked for, with what is typed about it.</summary>
public sealed class ModelChangeRequest(ChangeKind kind, int version)
{
    public ChangeKind Kind => kind;

    /// <summary>Which it is about; of no account for a rollback.</summary>
    public int Version => version;

    /// <summary>Which is moved, or tries the version.</summary>
    public string Alias { get; set; } = "";

    /// <summary>The ETag of the aliases that it was decided on; null to make it whatever others did.</summary>
    public string? DecidedOn { get; set; }

    /// <summary>For the history; a rollback needs one.</summary>
    public string Why { get; set; } = "";

    /// <summary>Why the alias is moved although its gate refuses; empty where the gate decides.</summary>
    public string Override { get; set; } = "";

    /// <summary>Of the requests, 0 to 1.</summary>
    public double CanaryShare { get; set; }

    /// <summary>Of the requests, 0 to 1.</summary>
    public double ShadowShare { get; set; } = 1;

    /// <summary>Makes the change, if nobody changed an alias since it was decided on.</summary>
    /// <exception cref="GenreCloudException">It is refused: 412 when somebody was faster.</exception>
    public Task MakeAsync(InferenceClient inference, string model)
    {
        var why = Given(Why);
        return Kind switch
        {
            ChangeKind.Promote => inference.MoveAliasAsync(model, Alias, new AliasMove { Version = Version, Why = why, Override = Given(Override), IfMatch = DecidedOn }),
            ChangeKind.RollBack => inference.RollBackAsync(model, Alias, why, DecidedOn),
            ChangeKind.Try => inference.SetTrafficAsync(model, Alias, new TrafficRule(Version, CanaryShare, ShadowShare), DecidedOn, why),
            ChangeKind.EndTrial => inference.RemoveTrafficAsync(model, Alias, DecidedOn, why),
            _ => inference.DeleteModelVersionAsync(model, Version, why, DecidedOn),
        };
    }

    /// <summary>What was done, in a sentence.</summary>
    public string Done(string model) => Kind switch
    {
        ChangeKind.Promote => $"{Alias} of {model} is version {Version} now",
        ChangeKind.RollBack => $"{Alias} of {model} was rolled back",
        ChangeKind.Try => $"{Alias} of {model} tries version {Version} now",
        ChangeKind.EndTrial => $"{Alias} of {model} tries no other version any more",
        _ => $"Version {Version} of {model} was deleted",
    };

    private static string? Given(string text) => text.Trim() is { Length: > 0 } given ? given : null;
}

/// <summary>What can be changed about a model.</summary>
public enum ChangeKind
{
    Promote,
    RollBack,

    /// <summary>Try a version with a part of the requests.</summary>
    Try,
    EndTrial,
    Delete,
}
