using MeterFunctions.Licenses;
using MeterFunctions.Retention;
using MeterFunctions.Storage;
using Metering;

namespace MeterFunctions.Evidence;

/// <summary>What a license's rows are read with.</summary>
/// <param name="Tables">The tables.</param>
/// <param name="Ledger">The evidence.</param>
/// <param name="Clock">The host's clock.</param>
/// <param name="Memory">For how long keys were remembered.</param>
/// <param name="Rules">What the operator has set.</param>
internal sealed record WalkParts(MeterTables Tables, TableLedger Ledger, HostClock Clock, KeyMemoryMark Memory, MeterRules Rules)
{
    /// <summary>Which identities must be there now.</summary>
    /// <exception cref="StoreUnavailableException">The storage does not answer.</exception>
    public async ValueTask<MemoryDue> DueAsync(CancellationToken cancellationToken)
    {
        var now = await Clock.ReadAsync(cancellationToken).ConfigureAwait(false);
        var option = KeyMemory.Always(Rules.IdempotencyMemory);
        var noted = await Memory.ReadAsync(cancellationToken).ConfigureAwait(false) ?? option;

        // Retention notes the option when it next removes something. Until then a shorter one may have let a key count again.
        return new MemoryDue(now, option.Current < noted.Current ? noted with { Current = option.Current } : noted);
    }
}
