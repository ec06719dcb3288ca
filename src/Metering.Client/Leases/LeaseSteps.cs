namespace Metering.Client;

/// <summary>Works out how much of each lease was spent, and makes steps of it.</summary>
internal static class LeaseSteps
{
    // While the meter is away, what is spent beyond so many steps waits for the last one.
    private const int Max = 100;

    /// <summary>
    /// Sets how much of each lease was spent. Leases are marked in their order, so what is unspent of all that is marked belongs to the
    /// latest.
    /// </summary>
    /// <param name="leases">The leases, the oldest first.</param>
    /// <param name="left">Units that are marked and not spent.</param>
    public static void Attribute(List<HeldLease> leases, long left)
    {
        for (var at = leases.Count - 1; at >= 0; at--)
        {
            var lease = leases[at];
            if (!lease.Ended)
            {
                var unspent = Math.Min(left, lease.Marked - lease.Spent);
                lease.Spent = lease.Marked - unspent;
                left -= unspent;
            }
        }
    }

    /// <summary>Makes a step of what was spent of each lease and is in no step yet.</summary>
    /// <param name="leases">The leases.</param>
    /// <param name="at">When it was spent, UTC.</param>
    /// <returns>Whether there was anything.</returns>
    public static bool Make(List<HeldLease> leases, Func<HeldLease, DateTimeOffset> at)
    {
        var fresh = leases.Where(lease => lease.Spent > lease.Told && (lease.Steps.Count < Max || lease.Ended)).ToList();
        foreach (var lease in fresh)
        {
            lease.Steps.Add(new LeaseStep(Keys.New(), lease.Spent - lease.Told, at(lease)));
            lease.Told = lease.Spent;
        }

        return fresh.Count > 0;
    }
}
