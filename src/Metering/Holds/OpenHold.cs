namespace Metering;

/// <summary>Set a part of the allowance aside.</summary>
public sealed record OpenHold : Command
{
    /// <summary>Settled once or in steps.</summary>
    public HoldKind Kind { get; init; }

    /// <summary>The feature; a counter.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>Units; above zero.</summary>
    public decimal Amount { get; init; }

    /// <summary>How long it stands, in seconds.</summary>
    public int TtlSeconds { get; init; }

    /// <summary>Who holds it; required for a lease.</summary>
    public string? Fingerprint { get; init; }
}
