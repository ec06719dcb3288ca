using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Metering.Api;

/// <summary>Body of Keygen's forms.</summary>
public sealed record KeygenRequest
{
    /// <summary>What to do.</summary>
    public KeygenMeta? Meta { get; init; }
}

/// <summary>By how much.</summary>
public sealed record KeygenMeta
{
    /// <summary>Units to add; 1 where it is absent.</summary>
    [DefaultValue(1)]
    public decimal? Increment { get; init; }

    /// <summary>Units to take away; 1 where it is absent.</summary>
    [DefaultValue(1)]
    public decimal? Decrement { get; init; }
}

/// <summary>A JSON:API document.</summary>
/// <param name="Data">The license.</param>
public sealed record KeygenDocument(KeygenLicense Data);

/// <summary>A license as a JSON:API resource.</summary>
/// <param name="Type"><c>licenses</c>.</param>
/// <param name="Id">Its id.</param>
/// <param name="Attributes">How it stands.</param>
public sealed record KeygenLicense(string Type, string Id, KeygenAttributes Attributes);

/// <summary>How a license stands.</summary>
/// <param name="Uses">Use of the period.</param>
/// <param name="MaxUses">What may be used in the period; null when unlimited.</param>
public sealed record KeygenAttributes(decimal Uses, decimal? MaxUses);

/// <summary>How Keygen's documents are written: its names are in camel case.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(TotalJsonConverter)])]
[JsonSerializable(typeof(KeygenDocument))]
internal sealed partial class KeygenJson : JsonSerializerContext;
