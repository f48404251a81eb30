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
    private const int PhasesWords = Fingerprint.Phases * Fingerprint.Words;

    /// <summary>Pictures that many others agree with in a band are compared with the first so many: the band then says little.</summary>
    private const int MaxCandidates = 1024;

    private readonly List<int> _pictures = [];

    /// <summary>The reference phase of each picture.</summary>
    private readonly List<ulong> _references = [];

    /// <summary>All phases of each picture that is compared.</summary>
    private readonly List<ulong> _phases = [];

    /// <summary>Adds a picture for others to be compared with; such ones come first.</summary>
    /// <param name="picture">Its number; numbers ascend.</param>
    /// <param name="reference">See <see cref="Fingerprint.ReferenceOf"/>.</param>
    public void AddKnown(int picture, ReadOnlySpan<byte> reference)
    {
        if (_phases.Count > 0)
        {
            throw new InvalidOperationException("Pictures to be compared have come already.");
        }

        _pictures.Add(picture);
        AddWords(_references, reference);
    }

    /// <summary>Adds a picture, to be compared with those before it.</summary>
    /// <param name="picture">Its number; numbers ascend.</param>
    /// <param name="fingerprint">See <see cref="Fingerprint.Of"/>.</param>
    public void Add(int picture, ReadOnlySpan<byte> fingerprint)
    {
        _pictures.Add(picture);
        AddWords(_references, Fingerprint.ReferenceOf(fingerprint));
        AddWords(_phases, fingerprint);
    }

    /// <summary>The pictures that an earlier one is nearly equal to, with the first such.</summary>
    /// <param name="artistsOf">The artists of a picture; those of pictures without any differ from all.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public Dictionary<int, int> Find(Func<int, IReadOnlyList<string>> artistsOf, CancellationToken cancellationToken)
    {
        var artists = NumberArtists(artistsOf);
        var known = _pictures.Count - (_phases.Count / PhasesWords);
        Chains[] bands = [.. Enumerable.Range(0, Bands).Select(_ => new Chains(_pictures.Count))];
        var found = new Dictionary<int, int>();

        // By earlier picture and phase: the last picture that was compared with it. Real copies agree in many bands.
        var compared = new int[_pictures.Count * Fingerprint.Phases];
        compared.AsSpan().Fill(-1);
        for (var later = 0; later < _pictures.Count; later++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (later >= known && FindFirst(later, Phases(later - known), bands, compared, artists) is { } first)
            {
                found.Add(_pictures[later], _pictures[first]);
            }

            for (var band = 0; band < Bands; band++)
            {
                bands[band].Add(KeyOf(Reference(later), band), later);
            }
        }

        return found;
    }

    private int? FindFirst(int later, ReadOnlySpan<ulong> phases, Chains[] bands, int[] compared, int[][] artists)
    {
        var first = later;
        for (var band = 0; band < Bands; band++)
        {
            for (var phase = 0; phase < Fingerprint.Phases; phase++)
            {
                var words = phases.Slice(phase * Fingerprint.Words, Fingerprint.Words);
                var candidates = 0;
                for (var earlier = bands[band].First(KeyOf(words, band)); earlier >= 0 && earlier < first && candidates < MaxCandidates; earlier = bands[band].After(earlier))
                {
                    candidates++;
                    ref var last = ref compared[(earlier * Fingerprint.Phases) + phase];
                    if (last == later)
                    {
                        continue;
                    }

                    last = later;
                    if (Fingerprint.Distance(Reference(earlier), words) <= Fingerprint.MaxDistance
                        && !artists[earlier].AsSpan().ContainsAny(artists[later]))
                    {
                        first = earlier;
                    }
                }
            }
        }

        return first < later ? first : null;
    }

    private int[][] NumberArtists(Func<int, IReadOnlyList<string>> artistsOf)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. _pictures.Select(picture => artistsOf(picture).Select(NumberOf).ToArray())];

        int NumberOf(string artist)
        {
            ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(numbers, artist, out var isKnown);
            return number = isKnown ? number : numbers.Count;
        }
    }

    private ReadOnlySpan<ulong> Reference(int picture) => CollectionsMarshal.AsSpan(_references).Slice(picture * Fingerprint.Words, Fingerprint.Words);

    private ReadOnlySpan<ulong> Phases(int compared) => CollectionsMarshal.AsSpan(_phases).Slice(compared * PhasesWords, PhasesWords);

    private static void AddWords(List<ulong> words, ReadOnlySpan<byte> bytes)
    {
        for (var offset = 0; offset < bytes.Length; offset += sizeof(ulong))
        {
            words.Add(BinaryPrimitives.ReadUInt64LittleEndian(bytes[offset..]));
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

    /// <summary>The pictures with one key in a band, in their order.</summary>
    private sealed class Chains
    {
        private readonly int[] _heads = new int[Keys];
        private readonly int[] _tails = new int[Keys];
        private readonly int[] _next;

        public Chains(int pictures)
        {
            _next = new int[pictures];
            _heads.AsSpan().Fill(-1);
        }

        public int First(int key) => _heads[key];

        public int After(int picture) => _next[picture];

        public void Add(int key, int picture)
        {
            _next[picture] = -1;
            if (_heads[key] < 0)
            {
                _heads[key] = picture;
            }
            else
            {
                _next[_tails[key]] = picture;
            }

            _tails[key] = picture;
        }
    }
}
