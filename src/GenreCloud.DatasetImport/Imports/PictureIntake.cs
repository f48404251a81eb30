using System.IO.Compression;
using GenreCloud.DatasetImport.Profiles;
using GenreCloud.DatasetImport.Sources;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;
using GenreCloud.Datasets.Samples;

namespace GenreCloud.DatasetImport.Imports;

/// <summary>Takes an archive's pictures one by one into a dataset version, or into its quarantine.</summary>
internal sealed class PictureIntake(DatasetWriter writer, LabelTable labels, string profile, int maxEntryBytes)
{
    private readonly byte[] _entry = new byte[maxEntryBytes];
    private readonly byte[] _pixels = new byte[SpectrogramFormat.Pixels];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _quarantinedByReason = new(StringComparer.Ordinal);

    public int Imported { get; private set; }

    public int Quarantined { get; private set; }

    public IReadOnlyDictionary<string, int> QuarantinedByReason => _quarantinedByReason;

    public QuarantineEntry? FirstQuarantined { get; private set; }

    public async Task AddAsync(ZipArchiveEntry entry, string id, CancellationToken cancellationToken)
    {
        if (await ReadAsync(entry, id, cancellationToken) is { } fault)
        {
            await QuarantineAsync(fault, cancellationToken);
        }
        else
        {
            Imported++;
            ImportTelemetry.CountImported(profile);
        }
    }

    /// <summary>Lists the rows of the labels that could not be used or whose picture did not come; each track once.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        var withoutImage = labels.Rows.Values
            .Where(row => !_seen.Contains(row.Id))
            .OrderBy(row => row.Id, StringComparer.Ordinal)
            .Select(row => row.DroppedBecause is { } why
                ? new QuarantineEntry(row.Id, QuarantineReason.DroppedLabel, why)
                : new QuarantineEntry(row.Id, QuarantineReason.NoImage, $"The labels have track {row.Id}, and the zip has no picture of it."));
        foreach (var fault in labels.Unusable.Concat(withoutImage))
        {
            await QuarantineAsync(fault, cancellationToken);
        }
    }

    /// <returns>Null when the picture was added.</returns>
    private async Task<QuarantineEntry?> ReadAsync(ZipArchiveEntry entry, string id, CancellationToken cancellationToken)
    {
        if (!SampleId.IsValid(id))
        {
            return new QuarantineEntry(entry.FullName, QuarantineReason.BadId, $"\"{id}\" cannot be a sample's id.");
        }

        if (!_seen.Add(id))
        {
            return new QuarantineEntry(entry.FullName, QuarantineReason.DuplicateImage, $"There is a picture of track {id} already; the first counts.");
        }

        if (!labels.Rows.TryGetValue(id, out var row))
        {
            return new QuarantineEntry(entry.FullName, QuarantineReason.NoLabel, labels.WhyNoLabel);
        }

        if (row.DroppedBecause is { } why)
        {
            return new QuarantineEntry(entry.FullName, QuarantineReason.DroppedLabel, why);
        }

        try
        {
            if (await SpectrogramArchive.ReadEntryAsync(entry, _entry, cancellationToken) is not { } length)
            {
                return new QuarantineEntry(entry.FullName, QuarantineReason.TooLarge, $"It has more than {_entry.Length:N0} bytes (DatasetImport:MaxEntryBytes).");
            }

            ImportTelemetry.CountRead(length);
            ReadOnlyMemory<byte> png = _entry.AsMemory(0, length);
            if (SpectrogramPng.Read(png.Span, _pixels) == SpectrogramPngKind.Converted)
            {
                png = SpectrogramPng.Encode(_pixels);
            }

            var description = new SampleDescription
            {
                Id = id,
                Label = row.Label,
                Artists = row.Artists,
                Collection = row.Collection,
                Title = row.Title,
                Tabular = row.Tabular.Numbers,
            };
            await writer.AddAsync(description, png, Sample.HashPixels(_pixels), cancellationToken);
            foreach (var column in row.Tabular.Unreadable)
            {
                writer.CountUnreadable(column);
            }

            return null;
        }
        catch (PngException exception)
        {
            return new QuarantineEntry(entry.FullName, QuarantineReason.Of(exception.Fault), exception.Message);
        }
        catch (InvalidDataException exception)
        {
            return new QuarantineEntry(entry.FullName, QuarantineReason.DamagedEntry, exception.Message);
        }
    }

    private async Task QuarantineAsync(QuarantineEntry fault, CancellationToken cancellationToken)
    {
        await writer.QuarantineAsync(fault, cancellationToken);
        FirstQuarantined ??= fault;
        Quarantined++;
        ImportTelemetry.CountQuarantined(profile, fault.Reason);
        _quarantinedByReason[fault.Reason] = _quarantinedByReason.GetValueOrDefault(fault.Reason) + 1;
    }
}
