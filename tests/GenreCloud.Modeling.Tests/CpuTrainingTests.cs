namespace GenreCloud.Modeling.Tests;

public sealed class CpuTrainingTests
{
    [Theory]
    [InlineData("flags\t\t: fpu avx512f avx512_bf16 gfni", true)]
    [InlineData("flags\t\t: fpu amx_bf16", true)]
    [InlineData("flags\t\t: fpu avx512f avx512_vnni", false)]
    [InlineData("Features\t: fp asimd bf16", false)]
    public void The_flags_of_the_CPU_tell_whether_it_has_bfloat16(string flags, bool expected) =>
        CpuTraining.HasBFloat16(["processor\t: 0", flags, "bugs\t: "]).ShouldBe(expected);

    [Fact]
    public void Bfloat16_on_a_CPU_without_it_becomes_float32_with_the_reason()
    {
        var (format, reason) = CpuTraining.FormatFor(Precision.Bf16, bfloat16: false);

        format.ShouldBe(ComputeFormat.ChannelsLast);
        reason.ShouldNotBeNull().ShouldContain("avx512_bf16");
    }

    [Theory]
    [InlineData(Precision.Fp32, ComputeFormat.ChannelsLast)]
    [InlineData(Precision.Bf16, ComputeFormat.ChannelsLastBFloat16)]
    public void A_CPU_with_bfloat16_computes_what_is_asked_for(Precision precision, ComputeFormat expected) =>
        CpuTraining.FormatFor(precision, bfloat16: true).ShouldBe((expected, null));
}
