using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using GenreCloud.Storage;

namespace GenreCloud.Registry;

/// <summary>
/// Versions of models with their lineage, and aliases that move between them, in the container <c>registry</c>, which is at
/// the same time a model repository that NVIDIA Triton can serve.
/// </summary>
/// <remarks>
/// <code>
/// {model}/config.pbtxt      for Triton
/// {model}/{n}/model.onnx    creating it reserves the number n
/// {model}/{n}/weights.safetensors   what another training can start from; Triton takes no notice of it
/// {model}/{n}/staged.json   the card to be; whoever takes over from a registrar that died publishes it
/// {model}/{n}/model.json    the card; written last, makes the version visible; never changed
/// {model}/aliases.json      { "production": n } changed by If-Match; the rules of traffic are in its metadata
/// {model}/gates.json        { "production": gate } changed by If-Match
/// {model}/history.jsonl     every change of an alias, of its rule or of its gate, every version that was deleted
/// </code>
/// A registrar that dies before its version is staged leaves a number that is never used, and nothing that can be seen here. A number that was given is
/// not given again, also when its version is deleted: the history remembers it.
/// </remarks>
public sealed class ModelRegistry(BlobServiceClient blobs, TimeProvider time)
{
    private readonly BlobContainerClient _container = blobs.GetBlobContainerClient(StorageNames.Containers.Registry);
    private readonly VersionFiles _files = new(blobs.GetBlobContainerClient(StorageNames.Containers.Registry));
    private readonly AliasStore _aliases = new(blobs.GetBlobContainerClient(StorageNames.Containers.Registry), time);
    private readonly GateStore _gates = new(blobs.GetBlobContainerClient(StorageNames.Containers.Registry), time);
    private readonly GateCheck _gateCheck = new(new StoredEvaluations(blobs));

    /// <summary>
    /// Registers a new version. The first version of a model becomes <see cref="ModelAlias.Production"/>, every later one
    /// <see cref="ModelAlias.Candidate"/>.
    /// </summary>
    /// <inheritdoc cref="StageAsync"/>
    /// <param name="who">Stands in the history of the aliases.</param>
    public async Task<ModelCard> RegisterAsync(
        string model, ModelFiles files, ModelDescription description, string who, CancellationToken cancellationToken)
    {
        var card = await StageAsync(model, files, description, cancellationToken);
        await PublishAsync(card, who, cancellationToken);
        return card;
    }

    /// <summary>
    /// The first half of registering: stores the files under a version number of its own, and the card, which nobody sees before
    /// <see cref="PublishAsync"/>. In between the caller can note which version will be its; from then on, anyone can finish.
    /// </summary>
    /// <param name="model">See <see cref="ModelName"/>.</param>
    /// <exception cref="ArgumentException">The name is not valid, or the description contradicts itself.</exception>
    public async Task<ModelCard> StageAsync(
        string model, ModelFiles files, ModelDescription description, CancellationToken cancellationToken)
    {
        ModelName.Require(model, nameof(model));
        description.Validate();
        var version = await StoreAsNextVersionAsync(model, files.Onnx, cancellationToken);
        var card = new ModelCard(description, model, version, VersionFiles.Sha256Of(files.Onnx), files.Onnx.Length, time.GetUtcNow());
        if (files.Weights is { } weights)
        {
            await _files.CreateAsync(model, version, VersionFiles.WeightsName, weights, cancellationToken);
            card = card with { Weights = new ModelWeights(VersionFiles.Sha256Of(weights), weights.Length) };
        }

        await _files.CreateCardAsync(card, VersionFiles.StagedName, cancellationToken);
        return card;
    }

    /// <summary>The card of a version that was staged, whether it is visible or not; null when there is none.</summary>
    /// <exception cref="UnusableModelException">The card was written by a newer version of this program.</exception>
    public Task<ModelCard?> FindStagedAsync(string model, int version, CancellationToken cancellationToken) =>
        _files.FindCardAsync(model, version, VersionFiles.StagedName, cancellationToken);

    /// <summary>
    /// The second half: makes a staged version visible and gives it its alias. May be called by several, at once or again, as
    /// long as each has the staged card: they make the same version visible, once.
    /// </summary>
    /// <param name="who">Stands in the history of the aliases.</param>
    /// <exception cref="ModelNotFoundException">The version was deleted.</exception>
    public async Task PublishAsync(ModelCard card, string who, CancellationToken cancellationToken)
    {
        await RequireNotDeletedAsync(card, cancellationToken);
        await TritonConfiguration.StoreAsync(_container, card.Model, card.Signature, cancellationToken);
        try
        {
            await _files.CreateCardAsync(card, VersionFiles.CardName, cancellationToken);
            RegistryTelemetry.CountRegistration(card.Model);
        }
        catch (BlobAlreadyExistsException)
        {
            // It is this card: there is one staged card a number.
        }

        await MoveAliasAsync(
            card.Model,
            card.Version,
            expected: null,
            who,
            why: "registered",
            async present =>
            {
                // Once more: it may have been deleted, card and all, before this one stored the card again.
                await RequireNotDeletedAsync(card, cancellationToken);
                var alias = present.Versions.Values.Contains(card.Version) ? null
                    : !present.Versions.ContainsKey(ModelAlias.Production) ? ModelAlias.Production

                    // A registrar of a later version may have been faster.
                    : present.Versions.GetValueOrDefault(ModelAlias.Candidate) < card.Version ? ModelAlias.Candidate
                    : null;
                return (alias, null);
            },
            cancellationToken);
    }

    /// <summary>All models with a visible version, by name.</summary>
    public async Task<IReadOnlyList<ModelSummary>> ListModelsAsync(CancellationToken cancellationToken)
    {
        var models = await _files.ListVisibleAsync(prefix: null, cancellationToken);
        return await Task.WhenAll(models.Select(model => SummaryOfAsync(model.Key, model.Value, cancellationToken)));
    }

    /// <summary>One model with its visible versions.</summary>
    /// <exception cref="ModelNotFoundException">There is no such model.</exception>
    public async Task<ModelSummary> GetModelAsync(string model, CancellationToken cancellationToken)
    {
        var versions = ModelName.IsValid(model)
            ? (await _files.ListVisibleAsync($"{model}/", cancellationToken)).GetValueOrDefault(model)
            : null;
        if (versions is null)
        {
            var names = (await _files.ListVisibleAsync(prefix: null, cancellationToken)).Keys;
            throw new ModelNotFoundException(
                $"There is no model '{model}'. " + (names.Count == 0 ? "No model is registered yet." : $"There are: {string.Join(", ", names)}."));
        }

        return await SummaryOfAsync(model, versions, cancellationToken);
    }

    /// <summary>The card of a version, or null when there is no such model or version.</summary>
    /// <exception cref="InvalidDocumentException">It is not a card.</exception>
    /// <exception cref="UnusableModelException">The card was written by a newer version of this program.</exception>
    public Task<ModelCard?> FindCardAsync(string model, int version, CancellationToken cancellationToken) =>
        _files.FindCardAsync(model, version, VersionFiles.CardName, cancellationToken);

    /// <summary>The card of a version.</summary>
    /// <exception cref="ModelNotFoundException">There is no such model or version.</exception>
    /// <exception cref="UnusableModelException">The card was written by a newer version of this program.</exception>
    public async Task<ModelCard> GetCardAsync(string model, int version, CancellationToken cancellationToken)
    {
        if (await FindCardAsync(model, version, cancellationToken) is { } card)
        {
            return card;
        }

        var summary = await GetModelAsync(model, cancellationToken);
        throw new ModelNotFoundException($"Model '{model}' has no version {version}. It has: {string.Join(", ", summary.Versions)}.");
    }

    /// <summary>The version that an alias stands for.</summary>
    /// <exception cref="ModelNotFoundException">There is no such model or alias.</exception>
    public async Task<int> ResolveAsync(string model, string alias, CancellationToken cancellationToken) =>
        Resolve(await GetModelAsync(model, cancellationToken), alias);

    /// <summary>The ONNX model of a version, after its hash was compared with the card's.</summary>
    /// <exception cref="UnusableModelException">The file is missing, or is not the one that was registered.</exception>
    public Task<byte[]> DownloadModelAsync(ModelCard card, CancellationToken cancellationToken) =>
        _files.DownloadAsync(card.Model, card.Version, VersionFiles.OnnxName, card.SizeBytes, card.Sha256, cancellationToken);

    /// <summary>The weights of a version, after their hash was compared with the card's.</summary>
    /// <exception cref="UnusableModelException">The version has none, or the file is missing or not the one that was registered.</exception>
    public Task<byte[]> DownloadWeightsAsync(ModelCard card, CancellationToken cancellationToken) => card.Weights is { } weights
        ? _files.DownloadAsync(card.Model, card.Version, VersionFiles.WeightsName, weights.SizeBytes, weights.Sha256, cancellationToken)
        : throw new UnusableModelException(
            $"Model '{card.Model}' version {card.Version} was registered without its weights, so no training can start from it. Name a version that has them.");

    /// <summary>The model's aliases; none when it has none or does not exist.</summary>
    public async Task<ModelAliases> GetAliasesAsync(string model, CancellationToken cancellationToken)
    {
        ModelName.Require(model, nameof(model));
        return (await _aliases.ReadAsync(model, cancellationToken)).ToAliases();
    }

    /// <inheritdoc cref="SetAliasAsync(string, AliasMove, CancellationToken)"/>
    public Task<ModelAliases> SetAliasAsync(
        string model, string alias, int version, ETag? expected, string who, string? why, CancellationToken cancellationToken) =>
        SetAliasAsync(model, new AliasMove(alias, version, who) { Expected = expected, Why = why }, cancellationToken);

    /// <summary>
    /// Moves an alias, or makes a new one. An alias that has a gate and stands for another version, or did before it was removed, is moved only if its gate lets
    /// the version pass, or for a reason that overrides it.
    /// </summary>
    /// <exception cref="ArgumentException">The alias is not a valid name.</exception>
    /// <exception cref="ModelNotFoundException">There is no such model or version.</exception>
    /// <exception cref="AliasesChangedException">The aliases are not what they were expected to be.</exception>
    /// <exception cref="GateRefusedException">The alias's gate does not let the version pass.</exception>
    public async Task<ModelAliases> SetAliasAsync(string model, AliasMove move, CancellationToken cancellationToken)
    {
        ModelName.Require(move.Alias, nameof(move));
        var moved = await MoveAliasAsync(
            model,
            move.Version,
            move.Expected,
            move.Who,
            move.Why,
            async present =>
            {
                var candidate = await GetCardAsync(model, move.Version, cancellationToken);
                if (move.MustBeNew && present.VersionOf(move.Alias) is not null)
                {
                    throw new AliasesChangedException(model, $"The alias '{move.Alias}' is there already.", present.ToAliases());
                }

                return (move.Alias, await AskGateAsync(move, candidate, present, cancellationToken));
            },
            cancellationToken);
        return moved.ToAliases();
    }

    /// <summary>Removes an alias; the version that it stood for stays.</summary>
    /// <param name="expected">As for a move.</param>
    /// <exception cref="ModelNotFoundException">There is no such model or alias.</exception>
    /// <exception cref="AliasesChangedException">The aliases are not what they were expected to be.</exception>
    public async Task<ModelAliases> RemoveAliasAsync(
        string model, string alias, ETag? expected, string who, string? why, CancellationToken cancellationToken)
    {
        Resolve(await GetModelAsync(model, cancellationToken), alias);
        var removed = await _aliases.ChangeAsync(
            model,
            expected,
            who,
            why,
            (present, blank) => Task.FromResult(present.VersionOf(alias) is { } from
                ? present.Remove(alias, blank with { Kind = ModelChangeKind.AliasRemoved, Alias = alias, From = from })
                : null),
            cancellationToken);
        return removed.ToAliases();
    }

    /// <summary>
    /// Moves an alias back to the version that it stood for before its last move; done twice, it stands where it stood. No gate is asked: what is wrong in
    /// production has to go at once.
    /// </summary>
    /// <param name="expected">As for a move: of two who find the same version wrong, the second would else bring it back.</param>
    /// <exception cref="ModelNotFoundException">There is no such model or alias.</exception>
    /// <exception cref="NoEarlierVersionException">The alias has never been moved, or the version before was deleted.</exception>
    /// <exception cref="AliasesChangedException">The aliases are not what they were expected to be.</exception>
    public async Task<ModelAliases> RollBackAsync(
        string model, string alias, ETag? expected, string who, string? why, CancellationToken cancellationToken)
    {
        Resolve(await GetModelAsync(model, cancellationToken), alias);
        var moved = await _aliases.ChangeAsync(
            model,
            expected,
            who,
            why,
            async (present, blank) =>
            {
                var current = present.VersionOf(alias)
                    ?? throw new ModelNotFoundException($"The alias '{alias}' of model '{model}' was removed a moment ago.");
                await _aliases.History(model).EnsureAsync(present.Change, cancellationToken);
                var last = (await GetHistoryAsync(model, cancellationToken)).LastOrDefault(change => change.IsOfAlias && change.Alias == alias);

                // What somebody wrote into aliases.json by hand stands in no history.
                var earlier = (last?.To == current ? last.From : last?.To) ?? throw new NoEarlierVersionException(model, alias, current);
                return present.Deleting.Contains(earlier) || await FindCardAsync(model, earlier, cancellationToken) is null
                    ? throw new NoEarlierVersionException(model, alias, current, earlier)
                    : present.Move(alias, earlier, blank with { Alias = alias, From = current, To = earlier });
            },
            cancellationToken);
        RegistryTelemetry.CountAliasChange(model, alias);
        return moved.ToAliases();
    }

    /// <summary>Every change of the model, oldest first.</summary>
    public Task<IReadOnlyList<ModelChange>> GetHistoryAsync(string model, CancellationToken cancellationToken)
    {
        ModelName.Require(model, nameof(model));
        return _aliases.History(model).ReadAsync(cancellationToken);
    }

    /// <summary>Part of the model's history, the newest first.</summary>
    /// <param name="before">Changes with a lower number; null for the newest.</param>
    /// <param name="limit">So many at most.</param>
    /// <exception cref="ModelNotFoundException">There is no such model.</exception>
    public async Task<ModelHistoryPage> GetHistoryPageAsync(string model, int? before, int limit, CancellationToken cancellationToken)
    {
        await GetModelAsync(model, cancellationToken);
        var history = await GetHistoryAsync(model, cancellationToken);
        var end = Math.Min(history.Count, (before ?? int.MaxValue) - 1);
        var start = Math.Max(0, end - limit);
        NumberedChange[] changes = [.. Enumerable.Range(start, Math.Max(0, end - start)).Reverse().Select(index => new NumberedChange(index + 1, history[index]))];
        return new ModelHistoryPage(changes, start > 0 && changes.Length > 0 ? start + 1 : null);
    }

    /// <summary>How long the histories are, in bytes by model: what was read to its end before has news once it is longer.</summary>
    public async Task<IReadOnlyDictionary<string, long>> GetHistoryLengthsAsync(CancellationToken cancellationToken)
    {
        var lengths = new Dictionary<string, long>(StringComparer.Ordinal);
        await foreach (var blob in _container.GetBlobsAsync(new GetBlobsOptions(), cancellationToken))
        {
            if (blob.Name.Split('/') is [var model, ModelHistory.FileName])
            {
                lengths.Add(model, blob.Properties.ContentLength ?? 0);
            }
        }

        return lengths;
    }

    /// <summary>The changes of the model that were written down from an offset on; one may be told twice, with the same id.</summary>
    /// <param name="offset">0, or <see cref="AppendLogPage{T}.NextOffset"/> of the page before: bytes.</param>
    public Task<AppendLogPage<ModelChange>> ReadHistoryAsync(string model, long offset, CancellationToken cancellationToken)
    {
        ModelName.Require(model, nameof(model));
        return _aliases.History(model).ReadAsync(offset, cancellationToken);
    }

    /// <summary>
    /// Deletes a version for good. From the moment at which that is decided no alias comes to stand for it, and what is left of it when this process dies
    /// is deleted by <see cref="FinishAsync"/>. Its number is not given again.
    /// </summary>
    /// <param name="expected">As for a move.</param>
    /// <exception cref="ModelNotFoundException">There is no such model or version.</exception>
    /// <exception cref="VersionInUseException">An alias stands for it, it is tried with an alias's requests, or it is the model's last version.</exception>
    /// <exception cref="AliasesChangedException">The aliases are not what they were expected to be.</exception>
    public async Task DeleteVersionAsync(string model, int version, ETag? expected, string who, string? why, CancellationToken cancellationToken)
    {
        await _aliases.ChangeAsync(
            model,
            expected,
            who,
            why,
            async (present, blank) =>
            {
                if (present.Deleting.Contains(version))
                {
                    return null;
                }

                await GetCardAsync(model, version, cancellationToken);
                if (present.Versions.Where(alias => alias.Value == version).Select(alias => alias.Key).ToArray() is { Length: > 0 } aliases)
                {
                    throw new VersionInUseException(
                        $"Version {version} of model '{model}' is what {string.Join(" and ", aliases)} stands for. Move or remove the alias first.");
                }

                if (present.Traffic.Where(entry => entry.Value.Version == version).Select(entry => entry.Key).ToArray() is { Length: > 0 } tried)
                {
                    throw new VersionInUseException(
                        $"Version {version} of model '{model}' is tried with requests of {string.Join(" and ", tried)}. Take the rule away first (DELETE .../aliases/{tried[0]}/traffic).");
                }

                return (await GetModelAsync(model, cancellationToken)).Versions.Except(present.Deleting).Count() == 1
                    ? throw new VersionInUseException(
                        $"Version {version} is the last one of model '{model}', which Triton could not serve without any. Register another version first.")
                    : present with
                    {
                        Deleting = [.. present.Deleting, version],
                        Change = blank with { Kind = ModelChangeKind.VersionDeleted, Version = version },
                    };
            },
            cancellationToken);
        await FinishAsync(model, cancellationToken);
    }

    /// <summary>
    /// Finishes what somebody who died has left half done: a change that is not in the history, and files of versions that were deleted. May be called at any
    /// time, and by several at once.
    /// </summary>
    public async Task FinishAsync(string model, CancellationToken cancellationToken)
    {
        var present = await _aliases.ReadAsync(model, cancellationToken);
        await _aliases.History(model).EnsureAsync(present.Change, cancellationToken);
        await _aliases.History(model).EnsureAsync((await _gates.ReadAsync(model, cancellationToken)).Change, cancellationToken);
        var deleted = await DeletedVersionsAsync(model, cancellationToken);
        await _files.DeleteAsync(model, deleted, cancellationToken);
        if (present.Deleting.Any(deleted.Contains))
        {
            await _aliases.ChangeAsync(
                model,
                expected: null,
                who: "registry",
                why: null,
                (now, _) => Task.FromResult(now.Deleting.Any(deleted.Contains) ? now with { Deleting = [.. now.Deleting.Except(deleted)] } : null),
                cancellationToken);
        }
    }

    /// <summary>The model's gates; none when it has none or does not exist.</summary>
    public async Task<PromotionGates> GetGatesAsync(string model, CancellationToken cancellationToken)
    {
        ModelName.Require(model, nameof(model));
        return (await _gates.ReadAsync(model, cancellationToken)).ToGates();
    }

    /// <summary>Gives an alias a gate, or takes it away; the history says so.</summary>
    /// <param name="gate">Null to take it away.</param>
    /// <param name="expected">The <see cref="PromotionGates.ETag"/> that the decision was made on; null to do it whatever others did.</param>
    /// <param name="who">Stands in the history.</param>
    /// <exception cref="ArgumentException">The alias is not a valid name.</exception>
    /// <exception cref="ModelNotFoundException">There is no such model.</exception>
    /// <exception cref="BlobChangedException">The gates were changed since they were read with <paramref name="expected"/>.</exception>
    public async Task<PromotionGates> SetGateAsync(
        string model, string alias, PromotionGate? gate, ETag? expected, string who, CancellationToken cancellationToken)
    {
        ModelName.Require(alias, nameof(alias));
        await GetModelAsync(model, cancellationToken);
        return (await _gates.SetAsync(model, alias, gate, expected, who, cancellationToken)).ToGates();
    }

    private static int Resolve(ModelSummary summary, string alias) =>
        summary.Aliases.TryGetValue(alias, out var version)
            ? version
            : throw new ModelNotFoundException(
                $"Model '{summary.Name}' has no alias '{alias}'. It has the versions {string.Join(", ", summary.Versions)} and " +
                (summary.Aliases.Count == 0 ? "no alias." : $"the aliases {string.Join(", ", summary.Aliases.Keys)}."));

    private async Task<int> StoreAsNextVersionAsync(string model, ReadOnlyMemory<byte> onnx, CancellationToken cancellationToken)
    {
        var listed = await _files.FindHighestNumberAsync(model, cancellationToken);

        // After the listing: what is no longer listed is written down.
        var deleted = await DeletedVersionsAsync(model, cancellationToken);
        for (var version = deleted.Append(listed).Max() + 1; ; version++)
        {
            try
            {
                await _files.CreateAsync(model, version, VersionFiles.OnnxName, onnx, cancellationToken);
                if (!(await DeletedVersionsAsync(model, cancellationToken)).Contains(version))
                {
                    return version;
                }

                // Given to another one and deleted since this one looked.
                await _files.DeleteAsync(model, [version], cancellationToken);
            }
            catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.BlobAlreadyExists)
            {
                // Another registrar has this number.
            }
        }
    }

    /// <param name="decide">Which alias is to be moved, null for none, and what its gate says; it may refuse by an exception.</param>
    private async Task<StoredAliases> MoveAliasAsync(
        string model,
        int version,
        ETag? expected,
        string who,
        string? why,
        Func<StoredAliases, Task<(string? Alias, GateVerdict? Gate)>> decide,
        CancellationToken cancellationToken)
    {
        ModelChange? moved = null;
        var stored = await _aliases.ChangeAsync(
            model,
            expected,
            who,
            why,
            async (present, blank) =>
            {
                moved = null;
                if (present.Deleting.Contains(version))
                {
                    throw new ModelNotFoundException($"Version {version} of model '{model}' is being deleted.");
                }

                var (alias, gate) = await decide(present);
                if (alias is null || present.VersionOf(alias) == version)
                {
                    return null;
                }

                moved = blank with { Alias = alias, From = present.VersionOf(alias), To = version, Gate = gate };
                return present.Move(alias, version, moved);
            },
            cancellationToken);
        if (moved is { Alias: { } name })
        {
            RegistryTelemetry.CountAliasChange(model, name);
        }

        return stored;
    }

    /// <returns>Null when there is nothing to ask.</returns>
    private async Task<GateVerdict?> AskGateAsync(AliasMove move, ModelCard candidate, StoredAliases present, CancellationToken cancellationToken)
    {
        var held = present.VersionOf(move.Alias);
        if (held == move.Version || !(await GetGatesAsync(candidate.Model, cancellationToken)).Gates.TryGetValue(move.Alias, out var gate))
        {
            return null;
        }

        // An alias that was removed and is made again is compared with what it stood for: else there were a way around its gate.
        var holder = held is { } version
            ? await FindCardAsync(candidate.Model, version, cancellationToken)
            : await FindLastHolderAsync(candidate.Model, move.Alias, present, cancellationToken);
        if (held is null && (holder is null || holder.Version == move.Version))
        {
            return null;
        }

        var verdict = await _gateCheck.JudgeAsync(gate, candidate, holder, cancellationToken);
        return verdict.Passed ? verdict
            : move.OverrideReason is { } reason ? verdict with { OverrideReason = reason }
            : throw new GateRefusedException(candidate.Model, move.Alias, verdict);
    }

    /// <returns>The card of the version that an alias stood for before it was removed; null when there never was one, or it was deleted.</returns>
    private async Task<ModelCard?> FindLastHolderAsync(string model, string alias, StoredAliases present, CancellationToken cancellationToken)
    {
        await _aliases.History(model).EnsureAsync(present.Change, cancellationToken);
        var last = (await GetHistoryAsync(model, cancellationToken)).LastOrDefault(change => change.IsOfAlias && change.Alias == alias);
        return (last?.To ?? last?.From) is { } version && !present.Deleting.Contains(version)
            ? await FindCardAsync(model, version, cancellationToken)
            : null;
    }

    private async Task<ModelSummary> SummaryOfAsync(string model, IEnumerable<int> versions, CancellationToken cancellationToken)
    {
        var aliases = await _aliases.ReadAsync(model, cancellationToken);
        return new ModelSummary(model, [.. versions.Except(aliases.Deleting)], aliases.Versions) { AliasesETag = aliases.ETag };
    }

    private async Task<IReadOnlyList<int>> DeletedVersionsAsync(string model, CancellationToken cancellationToken) =>
        [.. (await GetHistoryAsync(model, cancellationToken)).Where(change => change.Kind == ModelChangeKind.VersionDeleted).Select(change => change.Version).OfType<int>()];

    /// <summary>A registrar that was given up for dead may come back after its version was published by another and deleted.</summary>
    private async Task RequireNotDeletedAsync(ModelCard card, CancellationToken cancellationToken)
    {
        if ((await DeletedVersionsAsync(card.Model, cancellationToken)).Contains(card.Version))
        {
            await _files.DeleteAsync(card.Model, [card.Version], cancellationToken);
            throw new ModelNotFoundException($"Version {card.Version} of model '{card.Model}' was deleted.");
        }
    }
}
