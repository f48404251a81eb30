using System.Text;

namespace GenreCloud.DatasetImport.Profiles;

/// <summary>
/// What becomes of bytes that are no UTF-8: characters of Latin-1, which is what programs wrote that did not write UTF-8. Valid UTF-8
/// stays as it is, also in a file that has both.
/// </summary>
internal sealed class LatinBytes : DecoderFallback
{
    /// <summary>UTF-8 that reads every file, without loss where it was Latin-1.</summary>
    public static Encoding Utf8 { get; } = Encoding.GetEncoding("utf-8", EncoderFallback.ReplacementFallback, new LatinBytes());

    /// <summary>The longest beginning of a character that is not one.</summary>
    public override int MaxCharCount => 3;

    public override DecoderFallbackBuffer CreateFallbackBuffer() => new Characters();

    private sealed class Characters : DecoderFallbackBuffer
    {
        private byte[] _bytes = [];
        private int _next;

        public override int Remaining => _bytes.Length - _next;

        public override bool Fallback(byte[] bytesUnknown, int index)
        {
            (_bytes, _next) = (bytesUnknown, 0);
            return bytesUnknown.Length > 0;
        }

        // 0 ends the characters of the bytes.
        public override char GetNextChar() => Remaining > 0 ? (char)_bytes[_next++] : '\0';

        public override bool MovePrevious()
        {
            if (_next == 0)
            {
                return false;
            }

            _next--;
            return true;
        }

        public override void Reset() => (_bytes, _next) = ([], 0);
    }
}
