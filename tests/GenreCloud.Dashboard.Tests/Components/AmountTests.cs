using GenreCloud.Dashboard.Components;

namespace GenreCloud.Dashboard.Tests.Components;

public sealed class AmountTests
{
    [Theory]
    [InlineData(0, "0 bytes")]
    [InlineData(999, "999 bytes")]
    [InlineData(1000, "1.00 kB")]
    [InlineData(12_042_082, "12.0 MB")]
    [InlineData(999_600, "1.00 MB")]
    [InlineData(2_147_483_648, "2.15 GB")]
    [InlineData(4e15, "4000 TB")]
    public void Bytes_have_three_digits(double bytes, string text) => Amount.Bytes(bytes).ShouldBe(text);

    [Theory]
    [InlineData(1, "1 sample")]
    [InlineData(0, "0 samples")]
    [InlineData(100_000, "100,000 samples")]
    public void Things_are_counted(long number, string text) => Amount.Of(number, "sample").ShouldBe(text);
}
