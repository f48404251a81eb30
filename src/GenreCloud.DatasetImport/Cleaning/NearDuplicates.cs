using System.Buffers.Binary;
using System.Runtime.InteropServices;

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

    private static readonly int[] NeverCompared = [.. Enumerable.Repeat(-1, Fingerprint.Phases)];

    private readonly List<Known> _known = [];

    /// <summary>The reference phase of each picture.</summary>
    private readonly List<ulong> _references = [];

    private readonly Chains[] _bands = [.. Enumerable.Range(0, Bands).Select(_ => new Chains())];

    /// <summary>By known picture and phase: the last picture that was compared with it. Real copies agree in many bands.</summary>
    private readonly List<int> _compared = [];

    private readonly Dictionary<string, int> _artists = new(StringComparer.Ordinal);

    /// <summary>Adds a picture for others to be compared with.</summary>
    /// <param name="picture">Its number.</param>
    /// <param name="reference">See <see cref="Fingerprint.ReferenceOf"/>.</param>
    /// <param name="artists">Its artists; a picture without any differs from all.</param>
    public void AddKnown(int picture, ReadOnlySpan<byte> reference, IEnumerable<string> artists) => AddKnown(picture, reference, NumberArtists(artists));

    /// <summary>Compares a picture with those before it, and adds it for later ones to be compared with.</summary>
    /// <param name="picture">Its number.</param>
    /// <param name="fingerprint">See <see cref="Fingerprint.Of"/>.</param>
    /// <param name="artists">Its artists; a picture without any differs from all.</param>
    /// <returns>The first picture that it is nearly equal to and has no artist in common with; null if there is none.</returns>
    public int? Add(int picture, ReadOnlySpan<byte> fingerprint, IEnumerable<string> artists)
    {
        Span<ulong> phases = stackalloc ulong[Fingerprint.Phases * Fingerprint.Words];
        ReadWords(fingerprint, phases);
        var numbers = NumberArtists(artists);
        var first = FindFirst(phases, numbers);
        AddKnown(picture, Fingerprint.ReferenceOf(fingerprint), numbers);
        return first is { } index ? _known[index].Picture : null;
    }

    private void AddKnown(int picture, ReadOnlySpan<byte> reference, int[] artists)
    {
        Span<ulong> words = stackalloc ulong[Fingerprint.Words];
        ReadWords(reference, words);
        for (var band = 0; band < Bands; band++)
        {
            _bands[band].Add(KeyOf(words, band), _known.Count);
        }

        _references.AddRange(words);
        _compared.AddRange(NeverCompared);
        _known.Add(new Known(picture, artists));
    }

    private int? FindFirst(ReadOnlySpan<ulong> phases, int[] artists)
    {
        var later = _known.Count;
        var first = later;
        var compared = CollectionsMarshal.AsSpan(_compared);
        for (var band = 0; band < Bands; band++)
        {
            for (var phase = 0; phase < Fingerprint.Phases; phase++)
            {
                var words = phases.Slice(phase * Fingerprint.Words, Fingerprint.Words);
                var candidates = 0;
                for (var earlier = _bands[band].First(KeyOf(words, band)); earlier >= 0 && earlier < first && candidates < MaxCandidates; earlier = _bands[band].After(earlier))
                {
                    candidates++;
                    ref var last = ref compared[(earlier * Fingerprint.Phases) + phase];
                    if (last == later)
                    {
                        continue;
                    }

                    last = later;
                    if (Fingerprint.Distance(Reference(earlier), words) <= Fingerprint.MaxDistance
                        && !_known[earlier].Artists.AsSpan().ContainsAny(artists))
                    {
                        first = earlier;
                    }
                }
            }
        }

        return first < later ? first : null;
    }

    private int[] NumberArtists(IEnumerable<string> artists) => [.. artists.Select(NumberOf)];

    private int NumberOf(string artist)
    {
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_artists, artist, out var isKnown);
        return number = isKnown ? number : _artists.Count;
    }

    private ReadOnlySpan<ulong> Reference(int known) => CollectionsMarshal.AsSpan(_references).Slice(known * Fingerprint.Words, Fingerprint.Words);

    private static void ReadWords(ReadOnlySpan<byte> bytes, Span<ulong> words)
    {
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(i * sizeof(ulong))..]);
        }
    }

    /// <summary>The bits of a band, which lie far apart: neighbouring ones depend on each other.</summary>
    private static int KeyOf(ReadOnlySpan<ulong> words, int band)
    {
        var key = 0;
        for (var i = 0; i < BandBits; i++)
        {
            var bit = (i * Bands) + band;
            key = (key << 1) | (int)((words[bit / 64] >> (bit % 64)) & 1);
        }

        return key;
    }

    /// <summary>A picture that later ones are compared with.</summary>
    /// <param name="Picture">Its number.</param>
    /// <param name="Artists">Their numbers.</param>
    private readonly record struct Known(int Picture, int[] Artists);

    /// <summary>The known pictures with one key in a band, in their order.</summary>
    private sealed class Chains
    {
        private readonly int[] _heads = new int[Keys];
        private readonly int[] _tails = new int[Keys];
        private readonly List<int> _next = [];

        public Chains() => _heads.AsSpan().Fill(-1);

        public int First(int key) => _heads[key];

        public int After(int known) => _next[known];

        public void Add(int key, int known)
        {
            _next.Add(-1);
            if (_heads[key] < 0)
            {
                _heads[key] = known;
            }
            else
            {
                _next[_tails[key]] = known;
            }

            _tails[key] = known;
        }
    }
}
