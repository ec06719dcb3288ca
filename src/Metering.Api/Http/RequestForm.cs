using System.Collections;
using System.Collections.Concurrent;
using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Metering.Api;

/// <summary>Adds what a document says to a hash, field by field, by what its JSON reader knows of its type.</summary>
internal static class RequestForm
{
    // What is known of a type does not change, and there are as many types as bodies: so there is no bound to keep.
    private static readonly ConcurrentDictionary<Type, Field[]> Known = new();

    /// <summary>Adds the fields of a document that say something: not null, and not their default.</summary>
    public static void Add(RequestHash hash, object document, JsonTypeInfo type)
    {
        var fields = Known.GetOrAdd(
            type.Type, static (_, info) => [.. info.Properties.Where(one => one.Get is not null).Select(one => new Field(one))], type);
        foreach (var field in fields)
        {
            var value = field.Property.Get!(document);
            if (Says(value, field))
            {
                var before = hash.Position;
                hash.Name(field.Property.Name);
                if (!AddValue(hash, value!, type))
                {
                    // An object of nothing but defaults is as good as none, so its name must go too.
                    hash.BackTo(before);
                }
            }
        }
    }

    /// <summary>The value that a field has where it is absent; null when it has none.</summary>
    public static object? DefaultOf(JsonPropertyInfo property) =>
        property.AttributeProvider?.GetCustomAttributes(typeof(DefaultValueAttribute), inherit: true).OfType<DefaultValueAttribute>()
            .FirstOrDefault()?.Value;

    private static bool Says(object? value, Field field) => value switch
    {
        null => false,
        JsonElement element => element.ValueKind != JsonValueKind.Undefined && (field.MayBeNull || element.ValueKind != JsonValueKind.Null),
        OptionalTime time => time.IsGiven,
        OptionalText text => text.IsGiven,
        // None is what an absent reset means.
        ResetDocument reset => reset is not { Interval: "none", Anchor: null or "license", TimeZone: null },
        decimal or int => field.Default is null
            || Convert.ToDecimal(value, CultureInfo.InvariantCulture) != Convert.ToDecimal(field.Default, CultureInfo.InvariantCulture),
        _ => !value.Equals(field.Default),
    };

    // False when an object has nothing to say, which is as good as its absence.
    private static bool AddValue(RequestHash hash, object value, JsonTypeInfo owner)
    {
        switch (value)
        {
            case string text:
                hash.Add(text);
                break;
            case decimal or int or long:
                hash.Add(Convert.ToDecimal(value, CultureInfo.InvariantCulture));
                break;
            case bool flag:
                hash.Add(flag);
                break;
            case DateTimeOffset time:
                hash.Add(time);
                break;
            case OptionalTime { Value: { } time }:
                hash.Add(time);
                break;
            case OptionalText { Value: { } text }:
                hash.Add(text);
                break;
            case OptionalTime or OptionalText:
                hash.AddNull();
                break;
            case JsonElement element:
                hash.Add(element);
                break;
            case Threshold threshold:
                hash.Add(threshold.IsPercent);
                hash.Add(threshold.Value);
                break;
            case ResetDocument reset:
                AddReset(hash, reset);
                break;
            case IEnumerable items:
                AddItems(hash, items, owner);
                break;
            default:
                var begin = hash.Open();
                Add(hash, value, owner.Options.GetTypeInfo(value.GetType()));
                if (hash.IsEmptySince(begin))
                {
                    return false;
                }

                hash.Close();
                break;
        }

        return true;
    }

    private static void AddItems(RequestHash hash, IEnumerable items, JsonTypeInfo owner)
    {
        hash.Open();
        foreach (var item in items)
        {
            // Something stands in its place: in a list, unlike in an object, places count.
            if (item is null || !AddValue(hash, item, owner))
            {
                hash.AddNull();
            }
        }

        hash.Close();
    }

    // "month" and {"interval": "month", "anchor": "license"} are the same.
    private static void AddReset(RequestHash hash, ResetDocument reset)
    {
        hash.Open();
        hash.Field("interval", reset.Interval);
        hash.Field("anchor", reset.Anchor switch
        {
            "license" => null,
            { } text when UtcJsonConverter.TryParse(text, out var time) => time.UtcTicks.ToString(CultureInfo.InvariantCulture),
            var other => other,
        });
        hash.Field("time_zone", reset.TimeZone);
        hash.Close();
    }

    private sealed class Field(JsonPropertyInfo property)
    {
        public JsonPropertyInfo Property { get; } = property;

        public object? Default { get; } = DefaultOf(property);

        // A nullable JSON value is absent when it is null; where null says something, it is not nullable.
        public bool MayBeNull { get; } = property.PropertyType == typeof(JsonElement);
    }
}
