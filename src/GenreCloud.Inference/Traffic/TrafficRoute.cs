using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using GenreCloud.Registry;

namespace GenreCloud.Inference.Traffic;

/// <summary>An alias's requests while a second version is tried with some of them.</summary>
/// <param name="model">The model.</param>
/// <param name="alias">The alias.</param>
/// <param name="first">The version that answers for the alias.</param>
/// <param name="rule">With the second version, which is loaded and passed its check.</param>
/// <param name="since">When the comparison began.</param>
internal sealed class TrafficRoute(string model, string alias, int first, TrafficRule rule, DateTimeOffset since)
{
    private long _requests;
    private long _answers;

    public string Model => model;

    public int First => first;

    public TrafficRule Rule => rule;

    public TrafficComparison Comparison { get; } = new(first, rule.Version, since);

    /// <summary>Whether it goes on as another one did.</summary>
    public bool IsSame(TrafficRoute other) => (Model, First, Rule) == (other.Model, other.First, other.Rule);

    /// <summary>The version that answers a request.</summary>
    /// <param name="stickiness">Requests with the same text get the same version; null for any.</param>
    public int Choose(string? stickiness)
    {
        var toSecond = stickiness is null ? IsDue(ref _requests, rule.CanaryShare) : Fraction(stickiness) < rule.CanaryShare;
        return toSecond ? rule.Version : first;
    }

    /// <summary>The version that an answered request is to be copied to; null when it is none of the share.</summary>
    public int? ShadowOf(int answered) =>
        !IsDue(ref _answers, rule.ShadowShare) ? null
            : answered == first ? rule.Version
            : first;

    /// <summary>Every 1/share-th of a row, spread evenly: exact, and without a random number.</summary>
    private static bool IsDue(ref long count, double share)
    {
        var number = Interlocked.Increment(ref count);
        return Math.Floor(number * share) > Math.Floor((number - 1) * share);
    }

    /// <summary>The same in every process: 0 to 1, by a hash that also depends on the alias, so that not always the same clients try what is new.</summary>
    private double Fraction(string stickiness)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{model}/{alias}/{stickiness}"));
        return BinaryPrimitives.ReadUInt32LittleEndian(hash) / (uint.MaxValue + 1.0);
    }
}
