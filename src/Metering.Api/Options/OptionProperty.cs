using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace Metering.Api;

/// <summary>One option, as a class of options declares it.</summary>
internal sealed class OptionProperty
{
    // Found by reflection, so once for each class; there are a handful of them.
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<OptionProperty>> Known = [];

    private OptionProperty(PropertyInfo property)
    {
        Property = property;
        Rules = [.. property.GetCustomAttributes<ValidationAttribute>(inherit: true)];
        OtherName = property.GetCustomAttribute<OtherNameAttribute>(inherit: true)?.Key;
        Type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
    }

    /// <summary>Where it is declared.</summary>
    public PropertyInfo Property { get; }

    public string Name => Property.Name;

    /// <summary>What kind of value it has.</summary>
    public Type Type { get; }

    /// <summary>What a value must fulfil.</summary>
    public IReadOnlyList<ValidationAttribute> Rules { get; }

    /// <summary>The least and the most that a number may be; null for any other value.</summary>
    public (long Least, long Most)? Range => Rules.OfType<RangeAttribute>().FirstOrDefault() is { } range
        ? (Convert.ToInt64(range.Minimum, CultureInfo.InvariantCulture), Convert.ToInt64(range.Maximum, CultureInfo.InvariantCulture))
        : null;

    /// <summary>Another key of the configuration that gives it; null: none.</summary>
    public string? OtherName { get; }

    /// <summary>Whether it is a part with options of its own.</summary>
    public bool IsPart => Type.IsClass && Type != typeof(string);

    /// <summary>Whether it is a set of parts of one kind, each under a key that the operator chooses.</summary>
    public bool IsKeyed => Type == typeof(IReadOnlyDictionary<string, TokenOptions>);

    /// <summary>Whether it is a list of words.</summary>
    public bool IsWords => Type == typeof(IReadOnlyList<string>);

    /// <summary>
    /// The options that a class declares, those of its base first. What can only be read is derived from them, and no option.
    /// </summary>
    public static IReadOnlyList<OptionProperty> Of(Type options) => Known.GetOrAdd(options, static type =>
        [.. type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(property => property.SetMethod is { IsPublic: true } && property.GetMethod is { IsPublic: true })
            // Reflection gives no order between a class and its base that one could rely on.
            .OrderBy(property => property.DeclaringType == type)
            .Select(property => new OptionProperty(property))]);

    public object? Get(object options) => Property.GetValue(options);

    public void Set(object options, object? value) => Property.SetValue(options, value);

    /// <summary>What a text stands for; false when it is nothing that the option may be.</summary>
    public bool TryParse(string text, out object? value)
    {
        value = null;
        if (Type == typeof(int) && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            value = number;
        }
        else if (Type == typeof(long) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var large))
        {
            value = large;
        }
        else if (Type == typeof(bool) && bool.TryParse(text, out var flag))
        {
            value = flag;
        }
        else if (Type == typeof(DateTimeOffset) && DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
        {
            value = time;
        }
        else if (Type.IsEnum)
        {
            // By name alone: Enum.TryParse would take a number too.
            value = Array.Find(Enum.GetNames(Type), name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } known
                ? Enum.Parse(Type, known)
                : null;
        }
        else if (Type == typeof(string))
        {
            value = text;
        }

        return value is not null;
    }

    /// <summary>What is wrong with a value, to be said after the option's name; null when it is right.</summary>
    // The value of a text is not repeated: it may be a secret.
    public string? WrongWith(object? value) => Rules.FirstOrDefault(rule => !rule.IsValid(value)) is not { } broken ? null
        : Type == typeof(string) ? broken.ErrorMessage ?? Wanted()
        : WrongText(Convert.ToString(value, CultureInfo.InvariantCulture)!);

    /// <summary>What is wrong with a text that is no such value, to be said after the option's name.</summary>
    public string WrongText(string text) => $"is '{text}', but {Wanted()}";

    /// <summary>What it must be, in words.</summary>
    public string Wanted()
    {
        if (Type == typeof(bool))
        {
            return "must be true or false.";
        }

        if (Type == typeof(DateTimeOffset))
        {
            return "must be a date or a time such as 2026-11-26 or 2026-11-26T10:00:00Z.";
        }

        if (Type.IsEnum)
        {
            return $"must be {string.Join(" or ", Enum.GetNames(Type))}.";
        }

        if (Range is var (least, most))
        {
            return string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {least} to {most}.");
        }

        if (Rules.OfType<StringLengthAttribute>().FirstOrDefault() is { } length)
        {
            return string.Create(
                CultureInfo.InvariantCulture, $"must have {(length.MinimumLength > 0 ? $"{length.MinimumLength} to" : "at most")} {length.MaximumLength} characters.");
        }

        return Rules.Select(rule => rule.ErrorMessage).FirstOrDefault()
            ?? throw new InvalidOperationException($"The option {Name} does not say what it may be.");
    }
}
