using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Metering.Api;

/// <summary>A license, as the answer shows it that gave it its key.</summary>
public sealed record LicenseWithKey : LicenseView
{
    [SetsRequiredMembers]
    internal LicenseWithKey(LicenseView license, string? key)
        : base(license) => Key = key;

    /// <summary>
    /// Its secret key, shown this once; null in the answer to a repeat of the request. Who has lost it gives the license a new one by
    /// <c>rotate-key</c>.
    /// </summary>
    [JsonPropertyOrder(-1)]
    public string? Key { get; }
}
