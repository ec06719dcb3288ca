using System.Globalization;
using System.Text.Json;
using Metering.Server.Storage;

namespace Metering.Server.Evidence;

/// <summary>Whether the directory knows a license as its state does: its row, and the features that it has or had.</summary>
internal sealed class DirectoryCheck(Database store)
{
    /// <summary>How many rows of <c>feature_holder</c> were found to be right.</summary>
    internal long Holders { get; private set; }

    /// <summary>Compares a license.</summary>
    internal void Run(LicenseState state, LicenseFindings findings)
    {
        CompareRow(state, findings);
        CompareHolders(LicenseFeatures.Of(state), findings);
    }

    private void CompareRow(LicenseState state, LicenseFindings findings)
    {
        var statement = store["SELECT tenant, key_hash, deleted, body FROM directory WHERE id = ?"].Bind(1, state.LicenseId);
        try
        {
            if (!statement.Next())
            {
                findings.Add(
                    "it has a state but no row in the directory (if it was being made when the server died, the same request finishes it)");
                return;
            }

            var (record, fault) = StoredText.Read(statement.Bytes(3), MeteringJson.Default.LicenseRecord);
            if (record is null)
            {
                findings.Add($"its row in the directory cannot be read: {fault}");
            }
            else if (record.Id != state.LicenseId || record.TenantId != state.TenantId || record.Deleted != state.Deleted)
            {
                findings.Add(
                    $"by the directory it is {Say(record.Id, record.TenantId, record.Deleted)}, "
                    + $"by its state {Say(state.LicenseId, state.TenantId, state.Deleted)}");
            }
            else if (statement.Text(0) != record.TenantId || Convert.ToHexStringLower(statement.Bytes(1)) != record.KeyHash
                || (statement.Integer(2) != 0) != record.Deleted)
            {
                findings.Add("its row in the directory contradicts itself: its columns and its body differ");
            }
        }
        finally
        {
            statement.Reset();
        }
    }

    private void CompareHolders(LicenseFeatures features, LicenseFindings findings)
    {
        foreach (var (code, spans) in features.Features)
        {
            var statement = store["SELECT spans FROM feature_holder WHERE tenant = ? AND feature = ? AND created = ? AND license = ?"]
                .Bind(1, features.TenantId).Bind(2, code).Bind(3, features.CreatedAt.UtcTicks).Bind(4, features.LicenseId);
            var expected = JsonSerializer.SerializeToUtf8Bytes(spans, MeteringJson.Default.ImmutableArrayFeatureSpan);
            if (!statement.Next())
            {
                findings.Add($"the directory does not note that it has or had {code}");
            }
            else if (!statement.Bytes(0).SequenceEqual(expected))
            {
                findings.Add($"the directory and its state disagree about when it had {code}");

                // Counted all the same: it was told here, and must not turn up as a row of no license.
                Holders++;
            }
            else
            {
                Holders++;
            }

            statement.Reset();
        }
    }

    private static string Say(string id, string tenant, bool deleted) =>
        string.Create(CultureInfo.InvariantCulture, $"{id} of {tenant}{(deleted ? ", deleted" : "")}");
}
