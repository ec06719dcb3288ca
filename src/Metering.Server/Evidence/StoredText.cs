using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Metering.Server.Evidence;

/// <summary>Reads what the store holds, which may be damaged: then it says how, and the verification goes on with the rest.</summary>
internal static class StoredText
{
    /// <summary>Reads JSON.</summary>
    /// <returns>The value, or null and why it cannot be read.</returns>
    internal static (T? Value, string? Fault) Read<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type)
        where T : class => Try(json, type, static (json, type) => JsonSerializer.Deserialize(json, type));

    /// <summary>Reads a ledger entry.</summary>
    /// <inheritdoc cref="Read"/>
    internal static (LedgerEntry? Value, string? Fault) ReadEntry(ReadOnlySpan<byte> json) =>
        Try(json, 0, static (json, _) => LedgerEntryReader.Read(json));

    private static (T? Value, string? Fault) Try<T, TWith>(ReadOnlySpan<byte> json, TWith with, Func<ReadOnlySpan<byte>, TWith, T?> read)
        where T : class
    {
        try
        {
            return read(json, with) is { } value ? (value, null) : (null, "it is empty");
        }
#pragma warning disable CA1031 // A damaged byte can fail any of a type's own checks; each says only that the text is damaged.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return (null, e.Message.ReplaceLineEndings(" "));
        }
    }
}
