using System.Text.Json;
using Metering.Server.Engine;

namespace Metering.Server.Storage;

/// <summary>Reads states and the memory of rule 8 from the store.</summary>
internal static class LicenseStates
{
    /// <summary>Reads a license's state; null: there is no such license.</summary>
    /// <param name="store">The store.</param>
    /// <param name="licenseId">The license.</param>
    /// <param name="terms">What it may share with licenses that are in memory; null: it is not kept there.</param>
    internal static StoredLicense? Find(Database store, string licenseId, SharedTerms? terms)
    {
        var statement = store["SELECT key, state FROM license WHERE id = ?"].Bind(1, licenseId);
        if (!statement.Next())
        {
            return null;
        }

        try
        {
            var state = Parse(statement.Bytes(1));
            return new StoredLicense(statement.Integer(0), terms?.Share(state) ?? state);
        }
        finally
        {
            statement.Reset();
        }
    }

    /// <summary>The highest license key that is taken.</summary>
    internal static long LastKey(Database store) => store["SELECT MAX(key) FROM license"].Number() ?? 0;

    /// <summary>What is remembered of a key or event, however old; null when nothing is.</summary>
    internal static Remembered? FindRemembered(Database store, IdentityKey identity)
    {
        foreach (var row in IdentityTable.Rows(store, identity))
        {
            if (ReadRemembered(store, row, identity) is { } remembered)
            {
                return remembered;
            }
        }

        return null;
    }

    /// <summary>Reads a state.</summary>
    /// <exception cref="UnknownFormatException">Another version wrote it in its own form.</exception>
    internal static LicenseState Parse(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, MeteringJson.Default.LicenseState)
        ?? throw new InvalidDataException("The store holds an empty license state.");

    // The row must be of this license and this key: whatever led here, nobody gets another's answer.
    private static Remembered? ReadRemembered(Database store, long row, IdentityKey identity)
    {
        var statement = store[
            "SELECT answer, entry, body_hash, at FROM ledger WHERE id = ?1 AND license = ?2 AND (key = ?3 OR event = ?3) AND answer IS NOT NULL"]
            .Bind(1, row).Bind(2, identity.License).Bind(3, identity.Print);
        if (!statement.Next())
        {
            return null;
        }

        try
        {
            var answer = StoredJson.ReadAnswer(statement.Bytes(0), statement.Bytes(1));
            return new Remembered(answer, statement.NullableText(2), DateTimeOffset.FromUnixTimeMilliseconds(statement.Integer(3)));
        }
        finally
        {
            statement.Reset();
        }
    }
}
