using System.Buffers.Binary;

namespace GenreCloud.DatasetImport.Cleaning;

/// <summary>
/// Finds pictures that are nearly the same and have no artist in common. Two copies agree with high probability in all bits of some band of 12, of
/// 47 that a fingerprint is divided into: who agrees in a band is compared in full. That takes time that goes with the square of the
/// pictures, but little of it: 120,000 in some seconds.
/// </summary>
internal sealed class NearDuplicates
{
    private const int BandBits = 12;
    private const int Bands = Fingerprint.Bits / BandBits;
    private const int Keys = 1 << BandBits;

    /// <summary>Pictures that many others agree with in a band are compared with the first so many: the band then says little.</summary>
    private const int MaxCandidates = 1024;

    private readonly List<ulong[]> _fingerprints = [];
    private readonly List<int> _pictures = [];

    /// <summary>Adds a picture, to be compared with those before it.</summary>
    /// <param name="picture">Its number; numbers ascend.</param>
    /// <param name="fingerprint">See <see cref="Fingerprint.Of"/>.</param>
    public void Add(int picture, ReadOnlySpan<byte> fingerprint)
    {
        var words = new ulong[Fingerprint.Phases * Fingerprint.Words];
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt64LittleEndian(fingerprint[(i * sizeof(ulong))..]);
        }

        _fingerprints.Add(words);
        _pictures.Add(picture);
    }

    /// <summary>The pictures that an earlier one is nearly equal to, with the first such.</summary>
    /// <param name="artistsOf">The artists of a picture; those of pictures without any differ from all.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public Dictionary<int, int> Find(Func<int, IReadOnlyList<string>> artistsOf, CancellationToken cancellationToken)
    {
        var first = new int[_fingerprints.Count];
        Array.Fill(first, int.MaxValue);
        var next = new int[_fingerprints.Count];
        for (var band = 0; band < Bands; band++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            CompareInBand(band, first, next, artistsOf);
        }

        return first.Index().Where(found => found.Item != int.MaxValue).ToDictionary(found => _pictures[found.Index], found => _pictures[found.Item]);
    }

    private void CompareInBand(int band, int[] first, int[] next, Func<int, IReadOnlyList<string>> artistsOf)
    {
        // Chains of the pictures with one key, in their order: each is searched for those before it, then joins its own.
        var heads = new int[Keys];
        var tails = new int[Keys];
        heads.AsSpan().Fill(-1);
        for (var later = 0; later < first.Length; later++)
        {
            for (var phase = 0; phase < Fingerprint.Phases; phase++)
            {
                var candidates = 0;
                for (var earlier = heads[KeyOf(later, phase, band)]; earlier >= 0 && earlier < first[later] && candidates < MaxCandidates; earlier = next[earlier])
                {
                    candidates++;
                    if (Fingerprint.Distance(Phase(earlier, Fingerprint.Reference), Phase(later, phase)) <= Fingerprint.MaxDistance
                        && !artistsOf(_pictures[earlier]).Intersect(artistsOf(_pictures[later]), StringComparer.Ordinal).Any())
                    {
                        first[later] = earlier;
                    }
                }
            }

            var key = KeyOf(later, Fingerprint.Reference, band);
            next[later] = -1;
            if (heads[key] < 0)
            {
                heads[key] = later;
            }
            else
            {
                next[tails[key]] = later;
            }

            tails[key] = later;
        }
    }

    private ReadOnlySpan<ulong> Phase(int picture, int phase) => _fingerprints[picture].AsSpan(phase * Fingerprint.Words, Fingerprint.Words);

    /// <summary>The bits of a band, which lie far apart: neighbouring ones depend on each other.</summary>
    private int KeyOf(int picture, int phase, int band)
    {
        var words = Phase(picture, phase);
        var key = 0;
        for (var i = 0; i < BandBits; i++)
        {
            var bit = (i * Bands) + band;
            key = (key << 1) | (int)((words[bit / 64] >> (bit % 64)) & 1);
        }

        return key;
    }
}
