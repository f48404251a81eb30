using Parquet;
using Parquet.Schema;

namespace GenreCloud.Datasets.Samples;

/// <summary>
/// samples.parquet: one row a sample, in the order given. Columns id, label, artists (list of strings), collection, title, shard, offset, length,
/// pixels_sha256, flags (list of strings), near_duplicate_of, fingerprint, and one nullable float column "tabular_{name}" a tabular column, in ordinal order of the
/// names. The first tables had no flags, near_duplicate_of and fingerprint.
/// </summary>
public static class SampleTable
{
    /// <summary>The writer has a group's columns in memory, before and after compression.</summary>
    private const int MaxRowsInGroup = 10_000;
    private const string TabularPrefix = "tabular_";

    /// <summary>The definition level of a list that is there and empty.</summary>
    private const int EmptyList = 1;

    private static readonly DataField<string> Id = new("id", nullable: false);
    private static readonly DataField<string> Label = new("label", nullable: false);
    private static readonly DataField<string> Artist = new("element", nullable: false);
    private static readonly ListField Artists = new("artists", Artist);
    private static readonly DataField<string> Flag = new("element", nullable: false);
    private static readonly ListField Flags = new("flags", Flag);
    private static readonly DataField<string> Collection = new("collection");
    private static readonly DataField<string> Title = new("title");
    private static readonly DataField<int> Shard = new("shard");
    private static readonly DataField<long> Offset = new("offset");
    private static readonly DataField<int> Length = new("length");
    private static readonly DataField<string> PixelsSha256 = new("pixels_sha256", nullable: false);
    private static readonly DataField<string> NearDuplicateOf = new("near_duplicate_of");
    private static readonly DataField<string> Fingerprint = new("fingerprint");

    /// <summary>Writes the table. The same samples give the same bytes.</summary>
    /// <param name="stream">Seekable; left open.</param>
    /// <param name="samples">Samples with ids of their own.</param>
    /// <exception cref="ArgumentException">Two samples have one id.</exception>
    public static async Task WriteAsync(Stream stream, IReadOnlyList<Sample> samples, CancellationToken cancellationToken)
    {
        var ids = new HashSet<string>(samples.Count, StringComparer.Ordinal);
        if (samples.FirstOrDefault(sample => !ids.Add(sample.Id)) is { } duplicate)
        {
            throw new ArgumentException($"There are two samples with the id '{duplicate.Id}'.", nameof(samples));
        }

        var tabularNames = samples.SelectMany(sample => sample.Tabular.Keys).Distinct().Order(StringComparer.Ordinal).ToArray();
        var tabular = tabularNames.Select(name => new DataField<float?>(TabularPrefix + name)).ToArray();
        var schema = new ParquetSchema([Id, Label, Artists, Collection, Title, Shard, Offset, Length, PixelsSha256, Flags, NearDuplicateOf, Fingerprint, .. tabular]);
        await using var writer = await ParquetWriter.CreateAsync(schema, stream, cancellationToken: cancellationToken);
        foreach (var rows in samples.Chunk(MaxRowsInGroup))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var group = writer.CreateRowGroup();
            await group.WriteAsync(Id, [.. rows.Select(row => row.Id)]);
            await group.WriteAsync(Label, [.. rows.Select(row => row.Label)]);
            await WriteListsAsync(group, Artist, rows, row => row.Artists, cancellationToken);
            await group.WriteAsync(Collection, [.. rows.Select(row => row.Collection!)]);
            await group.WriteAsync(Title, [.. rows.Select(row => row.Title!)]);
            await group.WriteAsync<int>(Shard, rows.Select(row => row.Shard).ToArray(), cancellationToken: cancellationToken);
            await group.WriteAsync<long>(Offset, rows.Select(row => row.Offset).ToArray(), cancellationToken: cancellationToken);
            await group.WriteAsync<int>(Length, rows.Select(row => row.Length).ToArray(), cancellationToken: cancellationToken);
            await group.WriteAsync(PixelsSha256, [.. rows.Select(row => row.PixelsSha256)]);
            await WriteListsAsync(group, Flag, rows, row => row.Flags, cancellationToken);
            await group.WriteAsync(NearDuplicateOf, [.. rows.Select(row => row.NearDuplicateOf!)]);
            await group.WriteAsync(Fingerprint, [.. rows.Select(row => row.Fingerprint!)]);
            for (var i = 0; i < tabular.Length; i++)
            {
                var values = rows.Select(row => row.Tabular.TryGetValue(tabularNames[i], out var value) ? value : (float?)null).ToArray();
                await group.WriteAsync<float>(tabular[i], values, cancellationToken: cancellationToken);
            }

            group.CompleteValidate();
        }
    }

    /// <summary>Reads a table that <see cref="WriteAsync"/> wrote.</summary>
    /// <param name="stream">Seekable; left open.</param>
    public static async Task<IReadOnlyList<Sample>> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var samples = new List<Sample>();
        await using var reader = await ParquetReader.CreateAsync(stream, leaveStreamOpen: true, cancellationToken: cancellationToken);
        var fields = reader.Schema.GetDataFields();
        for (var index = 0; index < reader.RowGroupCount; index++)
        {
            using var group = reader.OpenRowGroupReader(index);
            var rows = new Rows(group, fields, cancellationToken);
            samples.AddRange(await rows.ReadAsync());
        }

        return samples;
    }

    /// <summary>
    /// All items one after another, with Parquet's levels (Dremel encoding): repetition 0 for a row's first and 1 for others, definition
    /// <see cref="EmptyList"/> for a row without any and the column's maximum for an item.
    /// </summary>
    private static async Task WriteListsAsync(
        ParquetRowGroupWriter group, DataField<string> item, Sample[] rows, Func<Sample, IReadOnlyList<string>> listOf, CancellationToken cancellationToken)
    {
        var values = new List<ReadOnlyMemory<char>>(rows.Length);
        var definitions = new List<int>(rows.Length);
        var repetitions = new List<int>(rows.Length);
        foreach (var list in rows.Select(listOf))
        {
            if (list.Count == 0)
            {
                definitions.Add(EmptyList);
                repetitions.Add(0);
            }

            for (var i = 0; i < list.Count; i++)
            {
                values.Add(list[i].AsMemory());
                definitions.Add(item.MaxDefinitionLevel);
                repetitions.Add(Math.Min(i, 1));
            }
        }

        await group.WriteAllPartsAsync<ReadOnlyMemory<char>>(item, values.ToArray(), definitions.ToArray(), repetitions.ToArray(), cancellationToken);
    }

    /// <summary>Reads the columns of one row group.</summary>
    private sealed class Rows(ParquetRowGroupReader group, DataField[] fields, CancellationToken cancellationToken)
    {
        private readonly int _count = checked((int)group.RowCount);

        public async Task<Sample[]> ReadAsync()
        {
            var ids = await StringsAsync(Id.Name);
            var labels = await StringsAsync(Label.Name);
            var artists = await ListsAsync(Artists.Name);
            var collections = await StringsAsync(Collection.Name);
            var titles = await StringsAsync(Title.Name);
            var shards = await NumbersAsync<int>(Shard.Name);
            var offsets = await NumbersAsync<long>(Offset.Name);
            var lengths = await NumbersAsync<int>(Length.Name);
            var hashes = await StringsAsync(PixelsSha256.Name);
            var flags = Has(Flags.Name) ? await ListsAsync(Flags.Name) : null;
            var nearDuplicates = Has(NearDuplicateOf.Name) ? await StringsAsync(NearDuplicateOf.Name) : null;
            var fingerprints = Has(Fingerprint.Name) ? await StringsAsync(Fingerprint.Name) : null;
            var tabular = await TabularAsync();
            var samples = new Sample[_count];
            for (var row = 0; row < _count; row++)
            {
                samples[row] = new Sample
                {
                    Id = ids[row],
                    Label = labels[row],
                    Artists = artists[row],
                    Collection = collections[row],
                    Title = titles[row],
                    Shard = shards[row],
                    Offset = offsets[row],
                    Length = lengths[row],
                    PixelsSha256 = hashes[row],
                    Flags = flags?[row] ?? [],
                    NearDuplicateOf = nearDuplicates?[row],
                    Fingerprint = fingerprints?[row],
                    Tabular = tabular[row],
                };
            }

            return samples;
        }

        private DataField Field(string path)
            => Array.Find(fields, field => field.Path.ToString() == path)
                ?? throw new InvalidDataException($"The table of samples has no column '{path}'.");

        private async Task<string[]> StringsAsync(string name)
        {
            var values = new string[_count];
            await group.ReadAsync(Field(name), values, cancellationToken: cancellationToken);
            return values;
        }

        private async Task<T[]> NumbersAsync<T>(string name)
            where T : struct
        {
            var values = new T[_count];
            await group.ReadAsync<T>(Field(name), values, cancellationToken: cancellationToken);
            return values;
        }

        private bool Has(string name) => Array.Exists(fields, field => field.Path.FirstPart == name);

        private async Task<List<string>[]> ListsAsync(string name)
        {
            var field = Array.Find(fields, field => field.Path.FirstPart == name)
                ?? throw new InvalidDataException($"The table of samples has no column '{name}'.");
            var count = checked((int)(group.GetMetadata(field)?.MetaData?.NumValues ?? 0));
            var values = new ReadOnlyMemory<char>[count];
            var definitions = new int[count];
            var repetitions = new int[count];
            await group.ReadRawAsync<ReadOnlyMemory<char>>(field, values, definitions, repetitions, cancellationToken);
            var lists = new List<string>[_count];
            var row = -1;
            var value = 0;
            for (var i = 0; i < count; i++)
            {
                if (repetitions[i] == 0)
                {
                    lists[++row] = [];
                }

                if (definitions[i] == field.MaxDefinitionLevel)
                {
                    lists[row].Add(values[value++].ToString());
                }
            }

            return lists;
        }

        private async Task<Dictionary<string, float>[]> TabularAsync()
        {
            var rows = new Dictionary<string, float>[_count];
            for (var row = 0; row < _count; row++)
            {
                rows[row] = [];
            }

            foreach (var field in fields.Where(field => field.Name.StartsWith(TabularPrefix, StringComparison.Ordinal)))
            {
                // One name for all rows: a hundred thousand of them would take more memory than the values.
                var name = field.Name[TabularPrefix.Length..];
                var values = new float?[_count];
                await group.ReadAsync<float>(field, values, cancellationToken: cancellationToken);
                for (var row = 0; row < _count; row++)
                {
                    // Who writes such tables elsewhere may mean a missing value by NaN; and no network can take an infinite one.
                    if (values[row] is { } value && float.IsFinite(value))
                    {
                        rows[row].Add(name, value);
                    }
                }
            }

            return rows;
        }
    }
}
