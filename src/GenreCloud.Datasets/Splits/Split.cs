using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using GenreCloud.Datasets.Samples;

namespace GenreCloud.Datasets.Splits;

/// <summary>Training and validation samples of a dataset version; computed where it is needed, never stored.</summary>
/// <param name="Training">Indices into the samples, in ordinal order of their ids.</param>
/// <param name="Validation">Indices into the samples, in ordinal order of their ids.</param>
public sealed record Split(IReadOnlyList<int> Training, IReadOnlyList<int> Validation)
{
    /// <summary>
    /// Divides samples by label, as closely to the asked fraction as whole groups allow. The result depends on ids, labels, artists and the spec only:
    /// not on the order of the samples, the machine, the culture or the runtime.
    /// </summary>
    /// <remarks>
    /// A group is a track, or for an artist split one of <see cref="ArtistGroups"/>.
    /// Groups are visited in the order of SHA-256("{seed}\n{smallest id}"). One is held back if that lessens the sum over labels of
    /// (held back - asked)^2 / samples. After that, a label that has two groups or more and lies on one side only gets its smallest group moved,
    /// unless this would take another label's last samples away.
    /// With folds, the larger groups are visited first (by powers of two, then in the order above), and each goes to the fold where it
    /// adds least to the sum over labels of (samples in the fold)^2 / samples: the folds of a spec share no group and have all of them.
    /// </remarks>
    /// <exception cref="ArgumentException">Two samples have one id.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not between 0 and 1, or there is no such fold.</exception>
    public static Split Compute(IReadOnlyList<SampleDescription> samples, SplitSpec spec)
    {
        if (spec.ValidationFraction is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(spec), spec.ValidationFraction, "The validation fraction must be above 0 and below 1.");
        }

        if (spec.Folds is { } folds && (folds < 2 || spec.Fold < 1 || spec.Fold > folds))
        {
            throw new ArgumentOutOfRangeException(nameof(spec), spec.Fold, $"There is no fold {spec.Fold} of {folds}: two folds or more, counted from 1.");
        }

        var byId = Enumerable.Range(0, samples.Count).OrderBy(index => samples[index].Id, StringComparer.Ordinal).ToArray();
        for (var i = 1; i < byId.Length; i++)
        {
            if (samples[byId[i]].Id == samples[byId[i - 1]].Id)
            {
                throw new ArgumentException($"There are two samples with the id '{samples[byId[i]].Id}'.", nameof(samples));
            }
        }

        var labels = samples.Select(sample => sample.Label).Distinct().Order(StringComparer.Ordinal).ToArray();
        var groups = FormGroups(samples, byId, labels, spec);
        if (spec.Folds is { } parts)
        {
            HoldBackFold(groups, samples, labels, parts, spec.Fold);
        }
        else
        {
            var sides = new Sides(labels.Length, groups);
            sides.HoldBack((decimal)spec.ValidationFraction);
            sides.Balance();
        }

        var heldBack = new bool[samples.Count];
        foreach (var index in groups.Where(group => group.IsValidation).SelectMany(group => group.Samples))
        {
            heldBack[index] = true;
        }

        return new Split([.. byId.Where(index => !heldBack[index])], [.. byId.Where(index => heldBack[index])]);
    }

    private static void HoldBackFold(Group[] groups, IReadOnlyList<SampleDescription> samples, string[] labels, int folds, int heldBack)
    {
        var totals = samples.CountBy(sample => sample.Label).ToDictionary(StringComparer.Ordinal);
        var counts = new int[folds, labels.Length];
        foreach (var group in groups.OrderByDescending(group => BitOperations.Log2((uint)group.Samples.Length)).ThenBy(group => group.Hash, StringComparer.Ordinal))
        {
            // ((f + g)^2 - f^2) / n for each label, in decimal, which rounds the same way everywhere.
            var fold = Enumerable.Range(0, folds)
                .MinBy(fold => group.Labels.Sum(part => part.Count * (part.Count + (2m * counts[fold, part.Label])) / totals[labels[part.Label]]));
            foreach (var (label, count) in group.Labels)
            {
                counts[fold, label] += count;
            }

            group.IsValidation = fold == heldBack - 1;
        }
    }

    /// <summary>The groups in the order in which they are visited.</summary>
    private static Group[] FormGroups(IReadOnlyList<SampleDescription> samples, int[] byId, string[] labels, SplitSpec spec)
    {
        var roots = spec.Kind == SplitKind.Artist
            ? ArtistGroups.Of([.. byId.Select(index => samples[index])])
            : [.. Enumerable.Range(0, byId.Length)];
        var members = new List<int>?[byId.Length];
        for (var position = 0; position < byId.Length; position++)
        {
            (members[roots[position]] ??= []).Add(byId[position]);
        }

        return
        [
            .. members.OfType<List<int>>()
                .Select(indices => new Group(
                    [.. indices],
                    [.. indices.GroupBy(index => Array.BinarySearch(labels, samples[index].Label, StringComparer.Ordinal)).Select(label => (label.Key, label.Count()))],
                    Hash(spec.Seed, samples[indices[0]].Id)))
                .OrderBy(group => group.Hash, StringComparer.Ordinal),
        ];
    }

    private static string Hash(int seed, string id)
        => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seed}\n{id}"))));

    /// <summary>Samples that stay together.</summary>
    private sealed record Group(int[] Samples, (int Label, int Count)[] Labels, string Hash)
    {
        public bool IsValidation { get; set; }
    }

    /// <summary>How many samples of each label lie on each side while groups move.</summary>
    private sealed class Sides
    {
        private readonly Group[] _groups;
        private readonly int[] _training;
        private readonly int[] _validation;
        private readonly int[] _groupsOfLabel;

        public Sides(int labels, Group[] groups)
        {
            _groups = groups;
            _training = new int[labels];
            _validation = new int[labels];
            _groupsOfLabel = new int[labels];
            foreach (var (label, count) in groups.SelectMany(group => group.Labels))
            {
                _training[label] += count;
                _groupsOfLabel[label]++;
            }
        }

        public void HoldBack(decimal fraction)
        {
            foreach (var group in _groups)
            {
                // (v + g - fn)^2 / n - (v - fn)^2 / n for each label, in decimal, which rounds the same way everywhere.
                var change = 0m;
                foreach (var (label, count) in group.Labels)
                {
                    decimal total = _training[label] + _validation[label];
                    change += count * (((count + (2 * _validation[label])) / total) - (2 * fraction));
                }

                if (change < 0)
                {
                    Move(group);
                }
            }
        }

        public void Balance()
        {
            for (var label = 0; label < _training.Length; label++)
            {
                if (_groupsOfLabel[label] > 1 && (_training[label] == 0 || _validation[label] == 0))
                {
                    var smallest = _groups
                        .Where(group => Array.Exists(group.Labels, part => part.Label == label) && CanMove(group))
                        .MinBy(group => group.Samples.Length);
                    if (smallest is not null)
                    {
                        Move(smallest);
                    }
                }
            }
        }

        private bool CanMove(Group group)
        {
            var from = group.IsValidation ? _validation : _training;
            return Array.TrueForAll(group.Labels, part => from[part.Label] > part.Count);
        }

        private void Move(Group group)
        {
            var (from, to) = group.IsValidation ? (_validation, _training) : (_training, _validation);
            foreach (var (label, count) in group.Labels)
            {
                from[label] -= count;
                to[label] += count;
            }

            group.IsValidation = !group.IsValidation;
        }
    }
}
