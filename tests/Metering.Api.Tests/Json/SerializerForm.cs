using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Metering.Api.Tests;

/// <summary>How the serializer alone writes what the API says: the form that hand-written JSON is compared with.</summary>
internal static class SerializerForm
{
    // What an answer carries for headers alone.
    private static readonly string[] NotInTheBody = ["room", "endless", "rate"];

    /// <summary>With every character escaped that may mean something in a page.</summary>
    public static JsonSerializerOptions Escaped { get; } = With(JavaScriptEncoder.Default);

    /// <summary>With the few escapes that JSON itself demands, as answers are sent.</summary>
    public static JsonSerializerOptions Sent { get; } = With(JavaScriptEncoder.UnsafeRelaxedJsonEscaping);

    private static JsonSerializerOptions With(JavaScriptEncoder encoder) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = encoder,
        Converters = { new AmountJsonConverter(), new UtcJsonConverter() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver
        {
            Modifiers =
            {
                type =>
                {
                    foreach (var property in type.Properties.Where(property => NotInTheBody.Contains(property.Name)).ToList())
                    {
                        type.Properties.Remove(property);
                    }
                },
            },
        },
    };
}
