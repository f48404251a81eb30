using GenreCloud.ServiceDefaults;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.Hosting;

public static class SettingsExtensions
{
    /// <summary>
    /// Adds options that are read from a configuration section: each public property is a setting, a single value, whose
    /// validation attributes say what it may be. A setting that is missing, malformed or out of range, and a key that is no
    /// setting, stop the host at start; each fault names its key and what it should be.
    /// May be called more than once.
    /// </summary>
    /// <param name="builder">The configuration is read when the options are first used, so settings added after this call count.</param>
    /// <param name="section">The configuration section: "Inference".</param>
    public static OptionsBuilder<TOptions> AddSettings<TOptions>(this IHostApplicationBuilder builder, string section)
        where TOptions : class
    {
        if (!builder.Services.Any(service => service.ServiceType == typeof(IValidateOptions<TOptions>)))
        {
            builder.Services.AddSingleton<IConfigureOptions<TOptions>>(services => Section(services));
            builder.Services.AddSingleton<IValidateOptions<TOptions>>(services => Section(services));
        }

        return builder.Services.AddOptions<TOptions>().ValidateOnStart();

        SettingsSection<TOptions> Section(IServiceProvider services) => new(services.GetRequiredService<IConfiguration>().GetSection(section));
    }
}
