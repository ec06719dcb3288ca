namespace Metering.Server.Engine;

/// <summary>
/// A ledger entry on its way to the store. Its JSON, and after it the answer's and the body's hash, are in the buffer of its
/// <see cref="AppliedRows"/>.
/// </summary>
internal readonly record struct AppliedRow
{
    internal required LicenseCell Cell { get; init; }

    internal required long Sequence { get; init; }

    /// <summary>When the entry was made, in Unix milliseconds.</summary>
    internal required long At { get; init; }

    /// <summary>In which piece of the batch's bytes the entry lies.</summary>
    internal required int Piece { get; init; }

    /// <summary>Where the entry begins in the piece.</summary>
    internal required int Offset { get; init; }

    internal required int EntryLength { get; init; }

    /// <summary>0 when the command is not remembered, or when this is not its last entry.</summary>
    internal int AnswerLength { get; init; }

    internal int BodyHashLength { get; init; }

    /// <summary>Whether there is an idempotency key to remember.</summary>
    internal bool HasKey { get; init; }

    /// <summary>Whether there is an event id to remember.</summary>
    internal bool HasEvent { get; init; }

    /// <summary>Hash of the idempotency key.</summary>
    internal UInt128 KeyHash { get; init; }

    /// <summary>Hash of the event id.</summary>
    internal UInt128 EventHash { get; init; }
}
