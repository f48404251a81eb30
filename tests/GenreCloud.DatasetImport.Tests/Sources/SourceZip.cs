using System.IO.Compression;
using System.Text;

namespace GenreCloud.DatasetImport.Tests.Sources;

/// <summary>A source archive, right or wrong as a test needs it; tracks and rows are in the layout of profile genres.</summary>
internal sealed class SourceZip
{
    public const string LabelsName = "spotify_track_preview_data.csv";

    private readonly List<(string Name, byte[] Content)> _entries = [];
    private readonly List<string> _rows = [];

    /// <summary>The labels CSV that goes into the zip unless a test says otherwise.</summary>
    public string Csv => string.Join('\n', _rows.Prepend(",track_id,playlist,track_name,track_artists,preview_url,genre_short,genre_long")) + "\n";

    /// <summary>Tracks "track0", "track1"..., each with a picture and a row, in turn of the genres.</summary>
    public static SourceZip WithTracks(int count, params string[] genres)
    {
        var zip = new SourceZip();
        for (var i = 0; i < count; i++)
        {
            zip.Track($"track{i}", genres[i % genres.Length], TestPng.Spectrogram(i));
        }

        return zip;
    }

    /// <summary>A picture and its row.</summary>
    public SourceZip Track(string id, string genre, byte[] png) => Row(id, genre).Entry(NameOf(id, genre), png);

    public SourceZip Row(string id, string genre)
    {
        _rows.Add($"{_rows.Count},{id},a playlist,title of {id},\"['artist of {id}']\",,{genre},['{genre}']");
        return this;
    }

    public SourceZip Entry(string name, byte[] content)
    {
        _entries.Add((name, content));
        return this;
    }

    public SourceZip Entry(string name, string content) => Entry(name, Encoding.UTF8.GetBytes(content));

    public static string NameOf(string id, string genre) => $"{genre}/{id[0]}/{id}.png";

    /// <summary>The zip with its labels.</summary>
    /// <param name="compressed">Deflated; the published archives store their PNGs as they are.</param>
    public byte[] ToBytes(bool compressed = false) =>
        Pack([.. _entries, (LabelsName, Encoding.UTF8.GetBytes(Csv))], compressed ? CompressionLevel.Fastest : CompressionLevel.NoCompression);

    /// <summary>The zip without a labels CSV, except one that was added as an entry.</summary>
    public byte[] ToBytesWithoutLabels() => Pack(_entries, CompressionLevel.NoCompression);

    private static byte[] Pack(IEnumerable<(string Name, byte[] Content)> entries, CompressionLevel compression)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                var entry = zip.CreateEntry(name, compression);
                entry.LastWriteTime = new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);
                using var stream = entry.Open();
                stream.Write(content);
            }
        }

        return bytes.ToArray();
    }
}
