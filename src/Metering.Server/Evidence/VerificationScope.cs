using Metering.Server.Engine;
using Metering.Server.Storage;
using Metering.Server.Stores;

namespace Metering.Server.Evidence;

/// <summary>What a verification knows of the store before it looks at a license.</summary>
internal sealed class VerificationScope
{
    /// <summary>For how long keys were remembered. By what the store says, for an option may be another one since.</summary>
    internal required KeyMemory Memory { get; init; }

    /// <summary>The ledger row through which answers were forgotten.</summary>
    internal required long ForgottenThrough { get; init; }

    /// <summary>The ledger row through which rows were removed.</summary>
    internal required long RemovedThrough { get; init; }

    /// <summary>The first day whose rollups are kept.</summary>
    internal required DateOnly RollupsFrom { get; init; }

    /// <summary>The last ledger row that was given.</summary>
    internal required long LastRow { get; init; }

    /// <summary>How many ledger rows there should be: they are given one after the other, and removed from the beginning.</summary>
    internal long Rows => LastRow - RemovedThrough;

    internal static VerificationScope Of(Database store, ServerOptions options) => new()
    {
        Memory = Marks.ReadKeyMemory(store) ?? KeyMemory.Always(options.ToRules().IdempotencyMemory),
        ForgottenThrough = Retention.ForgottenThrough(store),
        RemovedThrough = Marks.Read(store, Marks.LedgerRemoved),
        RollupsFrom = DateOnly.FromDayNumber((int)Marks.Read(store, Marks.RollupsFrom)),
        LastRow = Marks.Read(store, Marks.LedgerRow),
    };
}
