namespace Metering.Server.Evidence;

/// <summary>Takes the rows of a license's ledger, in the order of its entries.</summary>
internal interface ILedgerVisitor
{
    /// <summary>Takes a row; it is valid until the next.</summary>
    /// <param name="row">The row.</param>
    /// <param name="sequence">The number that its entry should have.</param>
    void Visit(in LedgerRow row, long sequence);

    /// <summary>Entries that should follow are missing or cannot be read, or what follows is out of place.</summary>
    void Miss();
}
