using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace GenreCloud.Audio.Tests;

/// <summary>Reads NumPy's .npy files of little-endian numbers in C order.</summary>
internal static class NumpyArray
{
    /// <summary>All values, row-major.</summary>
    /// <typeparam name="T">float or double, as the file has it.</typeparam>
    public static T[] Read<T>(string path)
        where T : unmanaged
    {
        var bytes = File.ReadAllBytes(path);
        const int lengthOffset = 8;
        const int headerOffset = 10;
        var headerLength = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(lengthOffset));
        var header = Encoding.Latin1.GetString(bytes, headerOffset, headerLength);
        header.ShouldContain(typeof(T) == typeof(float) ? "'<f4'" : "'<f8'");
        header.ShouldContain("'fortran_order': False");
        return MemoryMarshal.Cast<byte, T>(bytes.AsSpan(headerOffset + headerLength)).ToArray();
    }
}
