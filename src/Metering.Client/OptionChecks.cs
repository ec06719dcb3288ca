namespace Metering.Client;

/// <summary>What is the same for the options of all clients.</summary>
internal static class OptionChecks
{
    /// <summary>The least that a queue on disk may take, so that a record always fits into one that is empty.</summary>
    public const long MinQueueBytes = 4_096;

    private const int MostRetries = 10;

    public static void Address(Uri? address, string name)
    {
        Require(address is not null, name, "is required");
        Require(address!.IsAbsoluteUri && address.Scheme is "http" or "https", name, "must be an absolute http or https address");
    }

    public static void Present(string? value, string name) => Require(!string.IsNullOrWhiteSpace(value), name, "is required");

    public static void Tries(TimeSpan attemptTimeout, int maxRetries)
    {
        Require(attemptTimeout > TimeSpan.Zero, "AttemptTimeout", "must be more than zero");
        Require(maxRetries is >= 0 and <= MostRetries, "MaxRetries", $"must be 0 to {MostRetries}");
    }

    public static void QueueBytes(long maxQueueBytes) =>
        Require(maxQueueBytes >= MinQueueBytes, "MaxQueueBytes", $"must be at least {MinQueueBytes}");

    public static void Require(bool holds, string name, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException($"{name} {otherwise}.", name);
        }
    }
}
