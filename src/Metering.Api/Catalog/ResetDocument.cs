using System.Text.Json.Serialization;

namespace Metering.Api;

/// <summary>When the count starts anew: an interval's name, or an object.</summary>
[JsonConverter(typeof(ResetJsonConverter))]
public sealed record ResetDocument
{
    /// <summary><c>none</c>, <c>hour</c>, <c>day</c>, <c>week</c>, <c>month</c> or <c>year</c>.</summary>
    public string? Interval { get; init; }

    /// <summary><c>license</c> (where it is absent), <c>calendar</c>, or a time.</summary>
    public string? Anchor { get; init; }

    /// <summary>IANA time zone; the license's where it is absent.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Whether it was given as an interval's name alone.</summary>
    internal bool IsName { get; init; }

    /// <summary>What is wrong with its fields, by their places in it.</summary>
    internal IReadOnlyList<FieldError> Faults { get; init; } = [];
}
