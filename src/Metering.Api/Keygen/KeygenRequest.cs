namespace Metering.Api;

/// <summary>Body of Keygen's forms.</summary>
[Example("""{"meta":{"increment":2}}""")]
public sealed record KeygenRequest
{
    /// <summary>What to do.</summary>
    public KeygenMeta? Meta { get; init; }
}
