namespace Metering.Client;

/// <summary>Ids that this client makes: idempotency keys and event ids.</summary>
internal static class Keys
{
    /// <summary>A new one: in the order of time, so that the meter's index of them grows at its end.</summary>
    public static string New() => Guid.CreateVersion7().ToString("N");
}
