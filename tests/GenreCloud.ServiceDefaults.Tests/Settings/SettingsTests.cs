using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace GenreCloud.ServiceDefaults.Tests.Settings;

public sealed class SettingsTests
{
    [Fact]
    public void What_is_given_is_read_and_the_rest_keeps_its_default()
    {
        using var host = CreateHost(("Oven:Degrees", "200"), ("oven:duration", "00:20:00"), ("Oven:Mode", "grill"), ("Oven:Fan", "TRUE"), ("Other:Key", "x"));

        host.RequireValidSettings();

        var options = host.Services.GetRequiredService<IOptions<OvenOptions>>().Value;
        options.Degrees.ShouldBe(200);
        options.Duration.ShouldBe(TimeSpan.FromMinutes(20));
        options.Mode.ShouldBe(OvenMode.Grill);
        options.Fan.ShouldBeTrue();
        options.Grams.ShouldBe(100);
        options.Dish.ShouldBe("pizza");
    }

    [Theory]
    [InlineData("Degrees", "hot", "is 'hot'; it must be a whole number from 50 to 300.")]
    [InlineData("Degrees", "", "is missing or empty; it must be a whole number from 50 to 300.")]
    [InlineData("Degrees", "99999999999", "is '99999999999'; it must be a whole number from 50 to 300.")]
    [InlineData("Degrees", "301", "is '301'; it must be a whole number from 50 to 300.")]
    [InlineData("Degrees", "180.5", "is '180.5'; it must be a whole number from 50 to 300.")]
    [InlineData("Degrees:Celsius", "180", "has parts; it must be a whole number from 50 to 300.")]
    [InlineData("Grams", "0", "is '0'; it must be a whole number, 1 or more.")]
    [InlineData("Duration", "soon", "is 'soon'; it must be a duration as hours:minutes:seconds from 00:00:01 to 01:00:00.")]
    [InlineData("Duration", "02:00:00", "is '02:00:00'; it must be a duration as hours:minutes:seconds from 00:00:01 to 01:00:00.")]
    [InlineData("Fan", "yes", "is 'yes'; it must be true or false.")]
    [InlineData("Mode", "Boil", "is 'Boil'; it must be one of Bake, Grill.")]
    [InlineData("Dish", "", "is missing or empty; it must be a text that is not empty.")]
    public void A_wrong_setting_stops_the_host_and_says_what_it_must_be(string key, string value, string says)
    {
        var name = key.Split(':')[0];
        using var host = CreateHost(($"Oven:{key}", value));

        var faults = Should.Throw<OptionsValidationException>(host.RequireValidSettings).Failures;

        faults.ShouldBe([$"Oven:{name} (environment: Oven__{name}) {says}"]);
    }

    [Fact]
    public void A_key_that_is_no_setting_is_named_with_those_that_are()
    {
        using var host = CreateHost(("Oven:Degree", "200"));

        Should.Throw<OptionsValidationException>(host.RequireValidSettings).Failures
            .ShouldBe(["Oven:Degree (environment: Oven__Degree) is not a setting; it must be one of Degrees, Grams, Duration, Fan, Mode, Dish."]);
    }

    [Fact]
    public async Task All_faults_of_all_sections_are_told_at_once()
    {
        using var host = CreateHost(("Oven:Degrees", "hot"), ("Oven:Fan", "maybe"), ("Fridge:Degrees", "100"), ("Fridge:Door", "open"));

        var exception = await Should.ThrowAsync<AggregateException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        StartupFaults.Explain(exception).ShouldNotBeNull().Split(Environment.NewLine).ShouldBe(
            [
                "Oven:Degrees (environment: Oven__Degrees) is 'hot'; it must be a whole number from 50 to 300.",
                "Oven:Fan (environment: Oven__Fan) is 'maybe'; it must be true or false.",
                "Fridge:Degrees (environment: Fridge__Degrees) is '100'; it must be a whole number from 1 to 10.",
                "Fridge:Door (environment: Fridge__Door) is not a setting; it must be one of Degrees.",
            ],
            ignoreOrder: true);
    }

    [Fact]
    public void What_is_nobodys_setting_stays_an_exception() =>
        StartupFaults.Explain(new InvalidOperationException("a bug")).ShouldBeNull();

    private static IHost CreateHost(params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.AddSettings<OvenOptions>("Oven");
        builder.AddSettings<FridgeOptions>("Fridge");
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value)));
        return builder.Build();
    }

    private enum OvenMode
    {
        Bake,
        Grill,
    }

    private sealed class OvenOptions
    {
        [Range(50, 300)]
        public int Degrees { get; set; } = 180;

        [Range(1, long.MaxValue)]
        public long Grams { get; set; } = 100;

        [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
        public TimeSpan Duration { get; set; } = TimeSpan.FromMinutes(10);

        public bool Fan { get; set; }

        public OvenMode Mode { get; set; }

        [Required]
        public string Dish { get; set; } = "pizza";
    }

    private sealed class FridgeOptions
    {
        [Range(1, 10)]
        public int Degrees { get; set; } = 4;
    }
}
