namespace Metering.Client;

/// <summary>What is the same for the options of all clients.</summary>
internal static class OptionChecks
{
    /// <summary>The least that a queue on disk may take, so that a record always fits into one that is empty.</summary>
    public const long MinQueueBytes = 4_096;

    private const int MostRetries = 10;

    // No one waits longer on purpose, and a timer of .NET can't run for more than 49 days.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    public static void Address(Uri? address, string name)
    {
        Require(address is not null, name, "is required");
        Require(address!.IsAbsoluteUri && address.Scheme is "http" or "https", name, "must be an absolute http or https address");
    }

    public static void Present(string? value, string name) => Require(!string.IsNullOrWhiteSpace(value), name, "is required");

    public static void Tries(TimeSpan attemptTimeout, int maxRetries)
    {
        Interval(attemptTimeout, "AttemptTimeout");
        Require(maxRetries is >= 0 and <= MostRetries, "MaxRetries", $"must be 0 to {MostRetries}");
    }

    /// <summary>A wait, which may be none.</summary>
    public static void Wait(TimeSpan wait, string name) =>
        Require(wait >= TimeSpan.Zero && wait <= LongestWait, name, "must be 0 to a day");

    /// <summary>A time that something takes, or after which it is done again.</summary>
    public static void Interval(TimeSpan interval, string name) =>
        Require(interval > TimeSpan.Zero && interval <= LongestWait, name, "must be more than zero, and at most a day");

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
