using System.Collections.Immutable;

namespace Metering.Contracts.Histories;

/// <summary>A read of the license's state.</summary>
/// <param name="Invoked">When it was asked.</param>
/// <param name="Returned">When the state came.</param>
/// <param name="Times">What the clock may have shown.</param>
/// <param name="State">What was read; null: there was no state.</param>
public sealed record ReadOperation(long Invoked, long Returned, ImmutableArray<DateTimeOffset> Times, LicenseState? State)
    : Operation(Invoked, Returned, Times)
{
    /// <inheritdoc/>
    internal override long LastSequence => State?.Sequence ?? 0;

    private DateTimeOffset Now => Times[^1];

    /// <inheritdoc/>
    internal override IEnumerable<SerialLicense> After(SerialLicense license)
    {
        // What a caller is shown, and not the whole state: the tally of refusals and the time last seen are no evidence, and a host may
        // keep them to itself until something counts.
        if (SerialLicense.ViewOf(State, Now) == license.View(Now))
        {
            yield return license;
        }
    }

    /// <inheritdoc/>
    internal override string Expected(SerialLicense license) => license.View(Now);

    /// <inheritdoc/>
    public override string ToString() => $"[{Invoked}, {Returned}] read -> {SerialLicense.ViewOf(State, Now)}";
}
