using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Metering.Api;

/// <summary>Looks through JSON that a type's reader has refused for fields that are not the type's, or are there twice.</summary>
/// <remarks>
/// The reader itself stops at the first of them, says which type lacks it, and not which field was meant; here all are found, with their
/// places.
/// </remarks>
internal static class JsonFields
{
    private const int MaxDepth = 64;

    /// <summary>Notes every field that is not known or is there twice.</summary>
    public static void Check(ReadOnlySpan<byte> json, JsonTypeInfo type, FieldErrors errors)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        if (reader.Read())
        {
            Check(ref reader, type, "", errors);
        }
    }

    /// <summary>A name as a part of a JSON pointer.</summary>
    public static string Escape(string name) =>
        // In this order (RFC 6901, 3): the other way round the tilde of an escaped slash would be escaped again.
        name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    // Leaves the reader at the value's last token. Without a type only names that are there twice are faults.
    private static void Check(ref Utf8JsonReader reader, JsonTypeInfo? type, string pointer, FieldErrors errors)
    {
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            var element = type is { Kind: JsonTypeInfoKind.Enumerable, ElementType: { } of } ? type.Options.GetTypeInfo(of) : null;
            for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
            {
                Check(ref reader, element, $"{pointer}/{i}", errors);
            }
        }
        else if (reader.TokenType == JsonTokenType.StartObject)
        {
            CheckObject(ref reader, type, pointer, errors);
        }
    }

    private static void CheckObject(ref Utf8JsonReader reader, JsonTypeInfo? type, string pointer, FieldErrors errors)
    {
        var known = type is { Kind: JsonTypeInfoKind.Object, UnmappedMemberHandling: JsonUnmappedMemberHandling.Disallow }
            || (type?.Kind == JsonTypeInfoKind.Object && type.Options.UnmappedMemberHandling == JsonUnmappedMemberHandling.Disallow)
                ? type.Properties
                : null;
        // With case: fields are told apart by it, and one in another case is an unknown one.
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            var at = $"{pointer}/{Escape(name)}";
            if (!seen.Add(name))
            {
                errors.Add(at, "is there twice");
            }

            var property = type?.Kind == JsonTypeInfoKind.Object ? type.Properties.FirstOrDefault(one => one.Name == name) : null;
            if (property is null && known is not null)
            {
                errors.Add(at, NearestName.Refusal("a field of this document", name, [.. known.Select(one => one.Name)]));
            }

            reader.Read();
            Check(ref reader, property is null ? null : type!.Options.GetTypeInfo(property.PropertyType), at, errors);
        }
    }
}
