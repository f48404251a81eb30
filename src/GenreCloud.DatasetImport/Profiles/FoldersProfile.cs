using System.Security.Cryptography;
using System.Text;
using GenreCloud.Datasets.Samples;

namespace GenreCloud.DatasetImport.Profiles;

/// <summary>
/// Pictures or songs in folders, without a CSV: the label is the name of the folder that directly holds the picture. Folders around all
/// pictures are none of them: while some pictures lie deeper, those directly in the innermost such folder are at the root, and without
/// a label, as they are without any folder.
/// <para>
/// The id is the file name without its extension, with '_' for every character that <see cref="SampleId"/> does not allow. Where
/// that is empty, too long or that of several pictures, each of them has 12 hexadecimal digits of the SHA-256 of its path inside the
/// root added to it. So the id depends on names only: neither on the order of the entries nor on how the archive was wrapped.
/// </para>
/// </summary>
public sealed class FoldersProfile : ImportProfile
{
    public const string ProfileName = "folders";

    public const string SongsProfileName = "audio";

    /// <summary>Of the hash of a path, in hexadecimal digits: 48 bits, so that thousands of files of one name stay apart.</summary>
    private const int PathDigits = 12;

    private FoldersProfile(string name, bool hasSongs, params IReadOnlyList<string> extensions) =>
        (Name, HasSongs, EntryExtensions) = (name, hasSongs, extensions);

    /// <summary>Spectrograms.</summary>
    public static FoldersProfile Pictures { get; } = new(ProfileName, hasSongs: false, PictureExtension);

    /// <summary>Songs in the formats that the decoder reads.</summary>
    public static FoldersProfile Songs { get; } = new(SongsProfileName, hasSongs: true, ".wav", ".mp3", ".flac", ".ogg", ".opus", ".m4a");

    public override string Name { get; }

    public override bool HasSongs { get; }

    public override IReadOnlyList<string> EntryExtensions { get; }

    public override string PictureLayout => string.Join(" or ", EntryExtensions.Select(extension => $"{{label}}/{{any name}}{extension}"));

    public override IReadOnlyList<Picture> FindPictures(IReadOnlyList<string> entryNames)
    {
        var pictures = base.FindPictures(entryNames);
        var root = RootDepth(pictures);
        var names = pictures.Select(picture => Mapped(picture.Id)).ToArray();
        var uses = names.CountBy(name => name).ToDictionary(StringComparer.Ordinal);
        return
        [
            .. pictures.Zip(names, (picture, name) => picture with
            {
                Id = uses[name] == 1 && SampleId.IsValid(name) ? name : WithPath(name, string.Join('/', PathOf(picture.Name).Skip(root))),
            }),
        ];
    }

    /// <summary>The label of every picture that has one.</summary>
    /// <param name="pictures">All of the archive, as <see cref="FindPictures"/> gave them.</param>
    public LabelTable ReadLabels(IReadOnlyList<Picture> pictures)
    {
        var root = RootDepth(pictures);
        var labels = new HashSet<string>(StringComparer.Ordinal);
        var rows = new Dictionary<string, LabelRow>(StringComparer.Ordinal);
        foreach (var picture in pictures)
        {
            var path = PathOf(picture.Name);
            if (path.Length - 1 > root && path[^2].Trim() is { Length: > 0 } label)
            {
                label = labels.TryGetValue(label, out var once) ? once : label;
                labels.Add(label);

                // Of an entry that is there twice, the second is quarantined as such.
                rows.TryAdd(picture.Id, new LabelRow(picture.Id, label, [], Collection: null, TrackId(picture.Name)));
            }
        }

        return new LabelTable(rows, []) { WhyNoLabel = "It lies in no folder whose name could be its label." };
    }

    /// <summary>How many folders, from the outermost, are around all pictures without being the label of all.</summary>
    private static int RootDepth(IReadOnlyList<Picture> pictures)
    {
        string[]? common = null;
        var isOneFolder = true;
        foreach (var picture in pictures)
        {
            var folders = PathOf(picture.Name).AsSpan()[..^1];
            common ??= folders.ToArray();
            var shared = folders.CommonPrefixLength(common);
            isOneFolder &= shared == common.Length && shared == folders.Length;
            common = common[..shared];
        }

        return common is null ? 0 : isOneFolder ? Math.Max(common.Length - 1, 0) : common.Length;
    }

    /// <summary>Folders and file name.</summary>
    private static string[] PathOf(string entryName)
    {
        var path = entryName.Split(['/', '\\'], StringSplitOptions.RemoveEmptyEntries);
        return Array.IndexOf(path, ".") < 0 ? path : [.. path.Where(part => part != ".")];
    }

    private static string Mapped(string name) => string.Create(name.Length, name, (mapped, name) =>
    {
        for (var i = 0; i < name.Length; i++)
        {
            mapped[i] = char.IsAsciiLetterOrDigit(name[i]) || name[i] is '-' or '_' ? name[i] : '_';
        }
    });

    private static string WithPath(string name, string path)
    {
        var digits = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..PathDigits];
        var kept = name[..Math.Min(name.Length, SampleId.MaxLength - PathDigits - 1)];
        return kept.Length > 0 ? $"{kept}-{digits}" : digits;
    }
}
