using System.Collections.Immutable;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using MeterFunctions.Storage;
using Metering;

namespace MeterFunctions.Licenses;

/// <summary>How a license's state, evidence and memory are written as rows, and read from them.</summary>
internal static class LicenseRows
{
    /// <summary>The state row, which every commit replaces.</summary>
    public static (TableEntity Row, int Size) State(
        LicenseState state, ReadOnlyMemory<byte> link, string commit, DateTimeOffset retentionAt, AnsweredMessages answered)
    {
        var row = new TableEntity(TableKeys.Text(state.LicenseId), TableKeys.StateRow)
        {
            [Columns.Sequence] = state.Sequence,
            [Columns.Link] = link.ToArray(),
            [Columns.Commit] = commit,
            [Columns.RetentionAt] = retentionAt,
        };
        if (answered.ToColumn() is { } messages)
        {
            row[Columns.Answered] = messages;
        }

        return (row, PackedBody.Set(row, Columns.Body, JsonSerializer.SerializeToUtf8Bytes(state, MeteringJson.Default.LicenseState)));
    }

    /// <summary>The license that a state row holds.</summary>
    /// <exception cref="UnknownFormatException">Another version wrote the state in its own form.</exception>
    /// <exception cref="InvalidDataException">The row is damaged.</exception>
    public static StoredLicense ReadState(TableEntity row, long readAt) => new(
        JsonSerializer.Deserialize(PackedBody.Get(row, Columns.Body), MeteringJson.Default.LicenseState)!,
        row[Columns.Link] as byte[],
        row.ETag,
        row.GetString(Columns.Commit),
        row.ContainsKey(Columns.Reserved),
        row.GetDateTimeOffset(Columns.RetentionAt) ?? default,
        readAt)
    {
        Answered = AnsweredMessages.Read(row.GetString(Columns.Answered)),
    };

    /// <summary>The evidence of one command.</summary>
    public static (TableEntity Row, int Size) Evidence(string licenseId, EvidencePart part, string commit)
    {
        var row = new TableEntity(TableKeys.Text(licenseId), TableKeys.Entry(part.First))
        {
            [Columns.Last] = part.Entries[^1].Sequence,
            [Columns.At] = part.Entries[^1].At,
            [Columns.Commit] = commit,
            [Columns.Link] = part.Link,
            [Columns.Digest] = part.Digest,
        };
        foreach (var identity in part.Identities)
        {
            row[identity.Kind == IdentityKind.Event ? Columns.Event : Columns.Key] = identity.RowKey;
        }

        return (row, PackedBody.Set(row, Columns.Body, part.Body));
    }

    /// <summary>
    /// The row of one of the identities of a command. It has all that the digest in the evidence covers, so that each row can be checked
    /// alone: it names the other identity, where there are two, and both have the hash that came with the key.
    /// </summary>
    public static (TableEntity Row, int Size) Identity(string licenseId, EvidencePart part, Identity identity, string submission)
    {
        var row = new TableEntity(TableKeys.Text(licenseId), identity.RowKey)
        {
            [Columns.Sequence] = part.First,
            [Columns.At] = part.Entries[^1].At,
            [Columns.Submission] = submission,
        };
        foreach (var each in part.Identities)
        {
            row[Columns.BodyHash] = each.BodyHash ?? row[Columns.BodyHash];
            if (each.RowKey != identity.RowKey)
            {
                row[each.Kind == IdentityKind.Event ? Columns.Event : Columns.Key] = each.RowKey;
            }
        }

        LongText.Set(row, Columns.Answer, part.Answer!);
        return (row, part.Answer!.Length);
    }

    /// <summary>What is remembered under an identity, its answer included.</summary>
    public static IdentityRow ReadIdentity(TableEntity row) => new(
        row.GetInt64(Columns.Sequence)!.Value,
        row.GetString(Columns.Submission) ?? "",
        new Remembered(
            JsonSerializer.Deserialize(LongText.Get(row, Columns.Answer)!, MeteringJson.Default.Answer)!,
            row.GetString(Columns.BodyHash),
            row.GetDateTimeOffset(Columns.At)!.Value),
        row.ETag);

    /// <summary>The digest of what an identity's row remembers, as the evidence has it if both are as they were written.</summary>
    public static byte[] DigestOf(TableEntity row)
    {
        var (bodyHash, key, eventId) = (row.GetString(Columns.BodyHash), row.GetString(Columns.Key), row.GetString(Columns.Event));

        // A key comes with a hash; and a command of which nothing else is known is known by its submission.
        var isEvent = key is not null || (eventId is null && bodyHash is null && !TableKeys.IsIdentityOfSubmission(row.RowKey));
        return LedgerChain.Digest(
            LongText.Get(row, Columns.Answer) ?? "", bodyHash, isEvent ? key : row.RowKey, isEvent ? row.RowKey : eventId);
    }

    /// <summary>The features of one day that a command closes.</summary>
    public static (TableEntity Row, int Size) Day(string licenseId, DateOnly day, long first, ImmutableArray<ClosedDay> features)
    {
        var row = new TableEntity(TableKeys.Text(licenseId), TableKeys.Day(day, first));
        return (row, PackedBody.Set(
            row, Columns.Body, JsonSerializer.SerializeToUtf8Bytes(features, MeteringJson.Default.ImmutableArrayClosedDay)));
    }

    /// <summary>The rollups that one command closed of one day, one for each feature.</summary>
    public static ImmutableArray<ClosedDay> ReadDay(TableEntity row) =>
        JsonSerializer.Deserialize(PackedBody.Get(row, Columns.Body), MeteringJson.Default.ImmutableArrayClosedDay);

    /// <summary>Records of periods that a command lets go, of those that ended on one day.</summary>
    public static (TableEntity Row, int Size) Periods(string licenseId, DateOnly day, long first, ImmutableArray<FeaturePeriod> records)
    {
        var row = new TableEntity(TableKeys.Text(licenseId), TableKeys.Period(day, first));
        return (row, PackedBody.Set(
            row, Columns.Body, JsonSerializer.SerializeToUtf8Bytes(records, MeteringJson.Default.ImmutableArrayFeaturePeriod)));
    }

    /// <summary>The records of periods that one command let go.</summary>
    public static ImmutableArray<FeaturePeriod> ReadPeriods(TableEntity row) =>
        JsonSerializer.Deserialize(PackedBody.Get(row, Columns.Body), MeteringJson.Default.ImmutableArrayFeaturePeriod);

    /// <summary>The signals of a commit, to be delivered.</summary>
    public static (TableEntity Row, int Size) Signals(string licenseId, long first, ImmutableArray<Signal> signals)
    {
        var row = new TableEntity(TableKeys.Text(licenseId), TableKeys.Outbox(first));
        return (row, PackedBody.Set(
            row, Columns.Body, JsonSerializer.SerializeToUtf8Bytes(signals, MeteringJson.Default.ImmutableArraySignal)));
    }

    /// <summary>Reads the signals of a commit.</summary>
    public static ImmutableArray<Signal> ReadSignals(TableEntity row) =>
        JsonSerializer.Deserialize(PackedBody.Get(row, Columns.Body), MeteringJson.Default.ImmutableArraySignal);

    /// <summary>Names of the columns.</summary>
    internal static class Columns
    {
        public const string At = "At";
        public const string Body = "Body";
        public const string Link = "Link";
        public const string Digest = "Digest";
        public const string Key = "Key";
        public const string Event = "Event";
        public const string Sequence = "Sequence";
        public const string Last = "Last";
        public const string BodyHash = "BodyHash";
        public const string Answer = "Answer";
        public const string Submission = "Submission";
        public const string Commit = "Commit";
        public const string Reserved = "Reserved";
        public const string Answered = "Answered";
        public const string RetentionAt = "RetentionAt";
        public const string DaysFrom = "DaysFrom";
        public const string Fault = "Fault";
        public const string Checksum = "Checksum";
    }
}
