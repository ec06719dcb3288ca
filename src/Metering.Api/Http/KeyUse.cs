namespace Metering.Api;

/// <summary>Whether a route takes an <c>Idempotency-Key</c>.</summary>
public enum KeyUse
{
    /// <summary>It takes none; one that is there is ignored.</summary>
    None,

    /// <summary>It may come with one.</summary>
    Optional,

    /// <summary>It must come with one.</summary>
    Required,
}
