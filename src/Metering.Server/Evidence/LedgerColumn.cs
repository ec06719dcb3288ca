namespace Metering.Server.Evidence;

/// <summary>What is read of a ledger row.</summary>
internal static class LedgerColumn
{
    internal const string All = "id, license, at, key, event, link, forgotten, body_hash, entry, answer";
    internal const int Id = 0;
    internal const int License = 1;
    internal const int At = 2;
    internal const int Key = 3;
    internal const int Event = 4;
    internal const int Link = 5;
    internal const int Forgotten = 6;
    internal const int BodyHash = 7;
    internal const int Entry = 8;
    internal const int Answer = 9;
}
