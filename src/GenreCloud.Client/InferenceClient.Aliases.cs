using GenreCloud.Client.Http;
using GenreCloud.Client.Models;

namespace GenreCloud.Client;

/// <content>Which version answers, and what decides that.</content>
public sealed partial class InferenceClient
{
    /// <summary>Makes an alias stand for a version.</summary>
    /// <param name="name">The model.</param>
    /// <param name="alias">To be moved, or made: <c>production</c>.</param>
    /// <param name="move">Which version, why, and whether only if nobody moved one meanwhile.</param>
    /// <returns>The model as it is now.</returns>
    /// <exception cref="GenreCloudException">
    /// 404: there is no such model or version. 409: the alias's gate refuses (<see cref="Problem.Gate"/>). 412: an alias was moved since
    /// <see cref="AliasMove.IfMatch"/> was read.
    /// </exception>
    public async Task<Model> MoveAliasAsync(string name, string alias, AliasMove move, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(move);
        var path = ApiPath.Of($"api/models/{name}/aliases/{alias}");
        return Tag(await _api.SendAsync<Model>(HttpMethod.Put, path, move, move.IfMatch, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Removes an alias; the version that it stood for stays.</summary>
    /// <param name="name">The model.</param>
    /// <param name="alias">To be removed.</param>
    /// <param name="why">A sentence for the history.</param>
    /// <param name="ifMatch">The <see cref="Model.ETag"/> on which that was decided; null to do it whatever others did.</param>
    /// <returns>The model as it is now.</returns>
    /// <exception cref="GenreCloudException">404: there is no such model or alias. 412: an alias was moved since.</exception>
    public async Task<Model> RemoveAliasAsync(
        string name, string alias, string? why = null, string? ifMatch = null, CancellationToken cancellationToken = default)
    {
        var path = ApiPath.Query(ApiPath.Of($"api/models/{name}/aliases/{alias}"), ("why", why));
        return Tag(await _api.SendAsync<Model>(HttpMethod.Delete, path, content: null, ifMatch, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Gives an alias back to the version that it stood for before its last move.</summary>
    /// <param name="name">The model.</param>
    /// <param name="alias">Null for <c>production</c>.</param>
    /// <param name="why">A sentence for the history.</param>
    /// <param name="ifMatch">
    /// The <see cref="Model.ETag"/> on which that was decided; null to do it whatever others did: of two who roll back at once, the second then undoes the first.
    /// </param>
    /// <returns>The model as it is now.</returns>
    /// <exception cref="GenreCloudException">404: there is no such model or alias. 409: it never stood for another version. 412: an alias was moved since.</exception>
    public async Task<Model> RollBackAsync(
        string name, string? alias = null, string? why = null, string? ifMatch = null, CancellationToken cancellationToken = default) =>
        Tag(await _api.SendAsync<Model>(HttpMethod.Post, ApiPath.Of($"api/models/{name}/rollback"), new { alias, why }, ifMatch, cancellationToken).ConfigureAwait(false));

    /// <summary>What changed about a model, the newest first.</summary>
    /// <param name="name">The model.</param>
    /// <param name="limit">At most so many, 1 to 1000.</param>
    /// <param name="before">Only changes with a lower number, for the page after another; null for all.</param>
    /// <exception cref="GenreCloudException">404: there is no such model.</exception>
    public Task<IReadOnlyList<NumberedChange>> GetHistoryAsync(string name, int limit = 50, int? before = null, CancellationToken cancellationToken = default) =>
        _api.GetAsync<IReadOnlyList<NumberedChange>>(
            ApiPath.Query(ApiPath.Of($"api/models/{name}/history"), ("limit", limit), ("before", before)), cancellationToken);

    /// <summary>What versions have to be better in before an alias is moved to them.</summary>
    /// <exception cref="GenreCloudException">404: there is no such model.</exception>
    public async Task<ModelGates> GetGatesAsync(string name, CancellationToken cancellationToken = default) =>
        Gates(await _api.GetTaggedAsync<IReadOnlyDictionary<string, PromotionGate>>(ApiPath.Of($"api/models/{name}/gates"), cancellationToken).ConfigureAwait(false));

    /// <summary>Gives an alias a gate, in place of the one that it has.</summary>
    /// <param name="name">The model.</param>
    /// <param name="alias">The alias.</param>
    /// <param name="gate">What a version has to be better in.</param>
    /// <param name="ifMatch">The <see cref="ModelGates.ETag"/> on which that was decided; null to do it whatever others did.</param>
    /// <returns>All gates of the model as they are now.</returns>
    /// <exception cref="GenreCloudException">400: it asks for nothing that can be measured. 404: there is no such model. 412: a gate was changed since.</exception>
    public async Task<ModelGates> SetGateAsync(
        string name, string alias, PromotionGate gate, string? ifMatch = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(gate);
        var path = ApiPath.Of($"api/models/{name}/gates/{alias}");
        return Gates(await _api.SendAsync<IReadOnlyDictionary<string, PromotionGate>>(HttpMethod.Put, path, gate, ifMatch, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Lets an alias be moved to any version.</summary>
    /// <inheritdoc cref="SetGateAsync"/>
    public async Task<ModelGates> RemoveGateAsync(string name, string alias, string? ifMatch = null, CancellationToken cancellationToken = default)
    {
        var path = ApiPath.Of($"api/models/{name}/gates/{alias}");
        return Gates(await _api.SendAsync<IReadOnlyDictionary<string, PromotionGate>>(HttpMethod.Delete, path, content: null, ifMatch, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Which second version is tried with which part of an alias's requests, and how both compare on the replica that answers.</summary>
    /// <exception cref="GenreCloudException">404: there is no such model or alias.</exception>
    public async Task<AliasTraffic> GetTrafficAsync(string name, string alias, CancellationToken cancellationToken = default) =>
        Tag(await _api.GetTaggedAsync<AliasTraffic>(TrafficPath(name, alias), cancellationToken).ConfigureAwait(false));

    /// <summary>Tries a second version with a part of an alias's requests.</summary>
    /// <param name="name">The model.</param>
    /// <param name="alias">The alias.</param>
    /// <param name="rule">Which version, and with what.</param>
    /// <param name="ifMatch">The <see cref="AliasTraffic.ETag"/> on which that was decided; null to do it whatever others did.</param>
    /// <param name="why">A sentence for the history.</param>
    /// <exception cref="GenreCloudException">
    /// 400: a share is not between 0 and 1. 404: there is no such model, alias or version. 409: the model has too many rules. 412: a rule or an alias was changed since.
    /// </exception>
    public async Task<AliasTraffic> SetTrafficAsync(
        string name, string alias, TrafficRule rule, string? ifMatch = null, string? why = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var body = new { rule.Version, rule.CanaryShare, rule.ShadowShare, why };
        return Tag(await _api.SendAsync<AliasTraffic>(HttpMethod.Put, TrafficPath(name, alias), body, ifMatch, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Has all requests answered by the alias's version again.</summary>
    /// <inheritdoc cref="SetTrafficAsync"/>
    public async Task<AliasTraffic> RemoveTrafficAsync(
        string name, string alias, string? ifMatch = null, string? why = null, CancellationToken cancellationToken = default)
    {
        var path = ApiPath.Query(TrafficPath(name, alias), ("why", why));
        return Tag(await _api.SendAsync<AliasTraffic>(HttpMethod.Delete, path, content: null, ifMatch, cancellationToken).ConfigureAwait(false));
    }

    private static string TrafficPath(string name, string alias) => ApiPath.Of($"api/models/{name}/aliases/{alias}/traffic");

    private static ModelGates Gates(Tagged<IReadOnlyDictionary<string, PromotionGate>> answer) => new(answer.Value, answer.ETag);

    private static AliasTraffic Tag(Tagged<AliasTraffic> answer) => answer.Value with { ETag = answer.ETag };
}
