using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace GenreCloud.ServiceDefaults;

/// <summary>A configuration section as options. What cannot be read stays at its default until validation has named it, with all the rest.</summary>
internal sealed class SettingsSection<TOptions>(IConfigurationSection section) : IConfigureOptions<TOptions>, IValidateOptions<TOptions>
    where TOptions : class
{
    private static readonly PropertyInfo[] Settings =
        [.. typeof(TOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite)];

    public void Configure(TOptions options)
    {
        foreach (var setting in Settings)
        {
            if (section[setting.Name] is { } text && TryRead(text, setting.PropertyType, out var value))
            {
                setting.SetValue(options, value);
            }
        }
    }

    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        string[] faults = [.. Settings.Select(setting => Fault(setting, options)).OfType<string>(), .. UnknownKeys()];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private string? Fault(PropertyInfo setting, TOptions options)
    {
        var text = section[setting.Name];
        var value = setting.GetValue(options);
        var isReadable = text is null ? !section.GetSection(setting.Name).GetChildren().Any() : TryRead(text, setting.PropertyType, out _);
        if (isReadable && setting.GetCustomAttributes<ValidationAttribute>().All(attribute => attribute.IsValid(value)))
        {
            return null;
        }

        var given = text ?? Convert.ToString(value, CultureInfo.InvariantCulture);
        var state = !isReadable && text is null ? "has parts" : string.IsNullOrEmpty(given) ? "is missing or empty" : $"is '{given}'";
        return $"{Named(setting.Name)} {state}; it must be {Expected(setting)}.";
    }

    private IEnumerable<string> UnknownKeys() =>
        from child in section.GetChildren()
        where Settings.All(setting => !setting.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase))
        select $"{Named(child.Key)} is not a setting; it must be one of {string.Join(", ", Settings.Select(setting => setting.Name))}.";

    private string Named(string key) =>
        $"{section.Path}:{key} (environment: {section.Path.Replace(":", "__", StringComparison.Ordinal)}__{key})";

    private static bool TryRead(string text, Type type, out object? value)
    {
        try
        {
            value = TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text);
            return value is not null;
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            value = null;
            return false;
        }
    }

    private static string Expected(PropertyInfo setting)
    {
        var type = Nullable.GetUnderlyingType(setting.PropertyType) ?? setting.PropertyType;
        var kind = type switch
        {
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(TimeSpan) => "a duration as hours:minutes:seconds",
            _ when type == typeof(string) => "a text that is not empty",
            _ when type == typeof(int) || type == typeof(long) => "a whole number",
            { IsEnum: true } => $"one of {string.Join(", ", Enum.GetNames(type))}",
            _ => "a number",
        };
        return setting.GetCustomAttribute<RangeAttribute>() switch
        {
            null => kind,
            { Maximum: >= (double)long.MaxValue } range => $"{kind}, {Bound(range.Minimum)} or more",
            var range => $"{kind} from {Bound(range.Minimum)} to {Bound(range.Maximum)}",
        };
    }

    private static string Bound(object bound) => Convert.ToString(bound, CultureInfo.InvariantCulture)!;
}
