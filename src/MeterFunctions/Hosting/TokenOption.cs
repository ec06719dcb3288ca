using Metering;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace MeterFunctions.Hosting;

/// <summary>A token as the configuration names it.</summary>
public sealed class TokenOption
{
    /// <summary>Its name in logs.</summary>
    public string Name { get; set; } = "";

    /// <summary>SHA-256 of the token, in hex.</summary>
    public string Sha256 { get; set; } = "";

    /// <summary>Its scopes, separated by commas or blanks: <c>ingest</c>, <c>read</c>, <c>manage</c>.</summary>
    public string Scopes { get; set; } = "";
}
