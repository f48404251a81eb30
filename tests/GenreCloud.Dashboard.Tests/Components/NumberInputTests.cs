using Bunit;
using GenreCloud.Dashboard.Components;

namespace GenreCloud.Dashboard.Tests.Components;

public sealed class NumberInputTests : ComponentTest
{
    [Theory]
    [InlineData("0.1", 0.1, "0.1")]
    [InlineData("0.10", 0.1, "0.10")]
    [InlineData("1e-3", 0.001, "1e-3")]
    [InlineData("", 5, "")]
    [InlineData("no number", 5, "no number")]
    public async Task The_page_knows_at_every_key_and_what_is_typed_stays(string typed, double value, string shown)
    {
        var known = 5.0;
        var input = Render<NumberInput<double>>(parameters => parameters.Bind(number => number.Value, known, changed => known = changed));

        await input.InvokeAsync(() => input.Find("input").InputAsync(typed));

        known.ShouldBe(value);
        input.Render(parameters => parameters.Add(number => number.Value, known));
        input.Find("input").GetAttribute("value").ShouldBe(shown);
    }

    [Fact]
    public async Task Nothing_is_a_value_where_it_may_be_empty()
    {
        int? known = 5;
        var input = Render<NumberInput<int?>>(parameters => parameters.Bind(number => number.Value, known, changed => known = changed));

        await input.InvokeAsync(() => input.Find("input").InputAsync(""));

        known.ShouldBeNull();
    }

    [Fact]
    public async Task What_the_page_sets_goes_before_what_was_typed()
    {
        var input = Render<NumberInput<double>>(parameters => parameters.Bind(number => number.Value, 5, _ => { }));
        await input.InvokeAsync(() => input.Find("input").InputAsync("0.10"));

        input.Render(parameters => parameters.Add(number => number.Value, 0.25));

        input.Find("input").GetAttribute("value").ShouldBe("0.25");
    }
}
