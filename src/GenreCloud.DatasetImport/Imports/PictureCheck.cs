using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;

namespace GenreCloud.DatasetImport.Imports;

/// <summary>Checks pictures: whole, a PNG, a spectrogram.</summary>
internal sealed class PictureCheck(DatasetImportOptions options) : EntryCheck(options.MaxEntryBytes, "DatasetImport:MaxEntryBytes")
{
    private readonly byte[] _pixels = new byte[SpectrogramFormat.Pixels];

    protected override ValueTask<EntryResult> CheckAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        try
        {
            Png = SpectrogramPng.Read(content.Span, _pixels) == SpectrogramPngKind.Converted ? SpectrogramPng.Encode(_pixels) : content;
            return ValueTask.FromResult(Seen(_pixels));
        }
        catch (PngException exception)
        {
            return ValueTask.FromResult(LeftOut(QuarantineReason.Of(exception.Fault), exception.Message));
        }
    }
}
