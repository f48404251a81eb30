using GenreCloud.Datasets;
using GenreCloud.Datasets.Samples;

namespace GenreCloud.DatasetImport.Browse;

/// <summary>The table of samples of a dataset version in memory. It never changes.</summary>
internal sealed class OpenedSamples
{
    /// <summary>Of a sample's objects, strings, lists and place in the index, besides the text; measured on 64-bit .NET 10.</summary>
    private const int SampleOverheadBytes = 520;

    /// <summary>Of a field in a sample's tabular columns; measured too.</summary>
    private const int TabularFieldBytes = 34;

    private readonly Dictionary<string, int> _byId;

    public OpenedSamples(DatasetReader dataset, IReadOnlyList<Sample> samples)
    {
        Dataset = dataset;
        Samples = samples;
        _byId = new Dictionary<string, int>(samples.Count, StringComparer.Ordinal);
        foreach (var (index, sample) in samples.Index())
        {
            _byId.Add(sample.Id, index);
            Bytes += BytesOf(sample);
        }
    }

    public DatasetReader Dataset { get; }

    /// <summary>In the order of the shards.</summary>
    public IReadOnlyList<Sample> Samples { get; }

    /// <summary>Roughly what it takes in memory.</summary>
    public long Bytes { get; }

    public Sample? Find(string id) => _byId.TryGetValue(id, out var index) ? Samples[index] : null;

    private static long BytesOf(Sample sample) =>
        SampleOverheadBytes
        + (TabularFieldBytes * sample.Tabular.Count)
        + (sizeof(char) * ((long)sample.Id.Length + sample.Label.Length + sample.PixelsSha256.Length
            + (sample.Title?.Length ?? 0) + (sample.Collection?.Length ?? 0) + sample.Artists.Sum(artist => (long)artist.Length)));
}
