using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Metering.Api;

/// <summary>Looks for nulls in the body of a change.</summary>
/// <remarks>
/// In a change, what is absent stays as it is, and null takes away. Most fields can't be taken away. There the reader takes null for
/// absent, so that the change would do nothing and be answered as if it had been done.
/// </remarks>
internal static class JsonNulls
{
    public const string Detail = "must not be null; leave it out to keep what is there";

    /// <summary>Notes every field of a change that is null and can't be taken away.</summary>
    /// <param name="json">An object that was read as the type, so that it is known to be one.</param>
    /// <param name="type">The type. Where null takes away, a property's type is one that tells null from absent, and so not nullable.</param>
    /// <param name="errors">Where to note them.</param>
    public static void Check(ReadOnlySpan<byte> json, JsonTypeInfo type, FieldErrors errors)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null && type.Properties.Any(one => one.Name == name && MayBeNull(one.PropertyType)))
            {
                errors.Add("/" + name, Detail);
            }

            reader.Skip();
        }
    }

    private static bool MayBeNull(Type type) => !type.IsValueType || Nullable.GetUnderlyingType(type) is not null;
}
