using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Metering;

namespace MeterFunctions.Storage;

/// <summary>The keys of every table, in one place, and the queries that they serve.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>table</term><description>partition key / row key: what for</description></listheader>
/// <item><term>Meters</term><description>
/// Everything of one license lies in one partition, so that one transaction writes all that a commit changes.
/// license / <c>s</c>: its state, read by <c>check</c> and before each commit that does not follow on this instance's own.
/// license / <c>e</c> + number of the first entry: the entries of one command, read in the order of their numbers, from any number on.
/// license / <c>i</c> + hash of an idempotency key or event id, <c>j</c> + hash of a submission: the memory of rule 8, read one by one.
/// license / <c>d</c> + day + number of the first entry: what a command closed of a day, read by license and range of days.
/// license / <c>o</c> + number of the first entry: the signals of a commit, until they are taken over for delivery.
/// license / <c>p</c>: what its oldest evidence came to, which is past its retention; read before the evidence by whoever verifies it.
/// </description></item>
/// <item><term>Intents</term><description>bucket / license: licenses of which signals may wait, read bucket by bucket.</description></item>
/// <item><term>Licenses</term><description>license / <c>license</c>: who is who, by id, deleted ones included.</description></item>
/// <item><term>LicenseKeys</term><description>hash of the license's key / <c>key</c>: the license's id.</description></item>
/// <item><term>Tenants</term><description>tenant / license: the license's id, and what lists show of it; a tenant's licenses in the order
/// of their ids, without deleted ones. <c>!</c> + tenant / license: the ids of the deleted ones, for whoever goes over all
/// evidence.</description></item>
/// <item><term>LiveLicenses</term><description>license / <c>license</c>: the same, of all licenses in the order of their
/// ids.</description></item>
/// <item><term>Holders</term><description>tenant / hash of a feature + time of the license's creation + license: a tenant's licenses that
/// have or had the feature, oldest first. tenant / <c>note_</c> + license: how new the note of its features is.</description></item>
/// <item><term>Catalog</term><description><c>catalog</c> / <c>head</c>: which revision counts; <c>catalog</c> / <c>c</c> + revision +
/// number: its pieces.</description></item>
/// <item><term>Requests</term><description>hash of an idempotency key / <c>request</c>: the first answer of a management
/// call.</description></item>
/// <item><term>DeadLetters</term><description><c>letters</c> / id: ids rise with time, so the oldest come first.</description></item>
/// <item><term>Webhooks</term><description><c>webhook</c> / id: there are few, and they are read together.</description></item>
/// <item><term>Deliveries</term><description>webhook / time backwards + rest of the id: a webhook's deliveries, newest
/// first. webhook / <c>q</c> + license + <c>!</c> + place: which of them wait, in the order in which they go out.</description></item>
/// <item><term>Settings</term><description><c>setting</c> / name: the form of the tables, the test clock, the lease key, the tokens,
/// up to when evidence was removed;
/// <c>migration</c> / id: how a migration went.</description></item>
/// </list>
/// Sequence numbers have 19 digits and days are <c>yyyyMMdd</c>, so that the order of the keys is theirs.
/// </remarks>
internal static class TableKeys
{
    public const string Meters = "Meters";
    public const string Intents = "Intents";
    public const string Licenses = "Licenses";
    public const string LicenseKeys = "LicenseKeys";
    public const string Tenants = "Tenants";
    public const string LiveLicenses = "LiveLicenses";
    public const string Holders = "Holders";
    public const string Catalog = "Catalog";
    public const string Requests = "Requests";
    public const string DeadLetters = "DeadLetters";
    public const string Settings = "Settings";
    public const string Webhooks = "Webhooks";
    public const string Deliveries = "Deliveries";

    public const string EntryPrefix = "e";
    public const string IdentityPrefix = "i";
    public const string SubmissionPrefix = "j";
    public const string DayPrefix = "d";
    public const string PeriodPrefix = "c";
    public const string OutboxPrefix = "o";

    // Above every hex digit, with which the keys of deliveries begin.
    public const string QueuePrefix = "q";

    public const string HolderNotePrefix = "note_";

    public const string StateRow = "s";
    public const string SnapshotRow = "p";

    public const string LicenseRow = "license";
    public const string KeyRow = "key";
    public const string RequestRow = "request";
    public const string CatalogPartition = "catalog";
    public const string CatalogHead = "head";
    public const string CatalogPiece = "c";
    public const string LetterPartition = "letters";
    public const string SettingPartition = "setting";
    public const string MigrationPartition = "migration";
    public const string ExportPartition = "export";
    public const string SchedulePartition = "export-schedule";
    public const string WebhookPartition = "webhook";
    public const string ClockRow = "clock";
    public const string FormatRow = "format";
    public const string LeaseKeyRow = "lease_key";
    public const string TokensRow = "tokens";
    public const string RetentionRow = "retention";
    public const string KeyMemoryRow = "key_memory";

    /// <summary>Every table that the app needs.</summary>
    public static readonly string[] Tables =
    [
        Meters, Intents, Licenses, LicenseKeys, Tenants, LiveLicenses, Holders, Catalog, Requests, DeadLetters, Settings, Webhooks,
        Deliveries,
    ];

    // Azure takes keys of 1 KiB, 512 characters: with a hash behind it, and what goes before it, a text stays below.
    private const int MaxTextLength = 300;

    // Azure forbids / \ # ? and control characters in keys, so only what IsPlain knows stands for itself.
    private const char Escape = '~';

    public static string Entry(long sequence) => EntryPrefix + Number(sequence);

    /// <summary>The number of an entry's row; false where the key is no entry's.</summary>
    public static bool TryEntryNumber(string rowKey, out long sequence) =>
        long.TryParse(rowKey.AsSpan(EntryPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out sequence)
            && rowKey == Entry(sequence);

    public static string IdentityOfKey(string key) => IdentityPrefix + TextHash.Of("k:" + key);

    public static string IdentityOfEvent(string eventId) => IdentityPrefix + TextHash.Of("e:" + eventId);

    public static string IdentityOfSubmission(string submission) => SubmissionPrefix + TextHash.Of("s:" + submission);

    /// <summary>Whether a row is what a command is remembered by, of any kind.</summary>
    public static bool IsIdentity(string rowKey) =>
        rowKey.StartsWith(IdentityPrefix, StringComparison.Ordinal) || IsIdentityOfSubmission(rowKey);

    /// <summary>Whether a row is what a command without a key and an event id is remembered by.</summary>
    public static bool IsIdentityOfSubmission(string rowKey) => rowKey.StartsWith(SubmissionPrefix, StringComparison.Ordinal);

    /// <summary>The key of what a command closed of a day.</summary>
    public static string Day(DateOnly day, long first) => DayRows(day) + Number(first);

    /// <summary>The number in the key of what a command closed of a day; false where the key is no such one.</summary>
    public static bool TryDayNumber(string rowKey, out long first) =>
        long.TryParse(
            rowKey.AsSpan(rowKey.IndexOf('_', StringComparison.Ordinal) + 1), NumberStyles.None, CultureInfo.InvariantCulture, out first);

    /// <summary>What the keys of a day's rows begin with.</summary>
    public static string DayRows(DateOnly day) => DayPrefix + day.ToString("yyyyMMdd", CultureInfo.InvariantCulture) + "_";

    /// <summary>The key of the records of periods that a command lets go, of those that ended on a day.</summary>
    public static string Period(DateOnly day, long first) => PeriodRows(day) + Number(first);

    /// <summary>What the keys of the records of periods begin with that ended on a day.</summary>
    public static string PeriodRows(DateOnly day) => PeriodPrefix + day.ToString("yyyyMMdd", CultureInfo.InvariantCulture) + "_";

    /// <summary>The key of a commit's signals.</summary>
    public static string Outbox(long first) => OutboxPrefix + Number(first);

    /// <summary>The partition of a tenant's deleted licenses.</summary>
    // No text has this mark in its key.
    public static string DeletedOf(string tenantId) => "!" + Text(tenantId);

    /// <summary>What the keys of the deliveries that wait for a license begin with.</summary>
    public static string QueueRows(string licenseKey) => $"{QueuePrefix}{licenseKey}!";

    /// <summary>The license of a delivery that waits, as it stands in keys.</summary>
    public static string LicenseOfQueueRow(string rowKey) =>
        rowKey[QueuePrefix.Length..rowKey.IndexOf('!', StringComparison.Ordinal)];

    /// <summary>The partition of a license's intent: one of 16, so that no single one takes them all.</summary>
    public static string IntentBucket(string licenseId) => TextHash.Of(Text(licenseId))[..1];

    /// <summary>The key of a license that has or had a feature.</summary>
    public static string Holder(string feature, DateTimeOffset createdAt, string licenseId) =>
        $"{HolderPrefix(feature)}{Number(createdAt.UtcTicks)}_{Text(licenseId)}";

    /// <summary>The key of what says how new the note of a license's features is.</summary>
    // Above every hash, with which the keys of features begin.
    public static string HolderNote(string licenseId) => HolderNotePrefix + Text(licenseId);

    /// <summary>What the keys of a feature's licenses begin with.</summary>
    // A hash, because all have the same length: none is the beginning of another's.
    public static string HolderPrefix(string feature) => TextHash.Of(feature)[..32] + "_";

    /// <summary>
    /// A text from outside as (a part of) a key: letters, digits and <c>_ - . : @</c> stand for themselves, all else is escaped, and a
    /// text that would be too long is cut and ends with its hash. Two texts never have the same key.
    /// </summary>
    public static string Text(string text)
    {
        if (text.Length <= MaxTextLength && text.All(IsPlain))
        {
            return text;
        }

        var key = new StringBuilder(text.Length + 32);
        foreach (var unit in Encoding.UTF8.GetBytes(text))
        {
            if (unit < 0x80 && IsPlain((char)unit))
            {
                key.Append((char)unit);
            }
            else
            {
                key.Append(Escape).Append(unit.ToString("x2", CultureInfo.InvariantCulture));
            }

            if (key.Length > MaxTextLength)
            {
                // Lone surrogates all encode alike, so the hash is that of the text itself.
                return $"{key.ToString(0, MaxTextLength)}{Escape}{Escape}{HashOfChars(text)}";
            }
        }

        return text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') ? $"{key}{Escape}{Escape}{HashOfChars(text)}" : key.ToString();
    }

    /// <summary>The least key above every key that begins with <paramref name="prefix"/>.</summary>
    public static string After(string prefix) => prefix[..^1] + (char)(prefix[^1] + 1);

    private static string Number(long sequence) => sequence.ToString("D19", CultureInfo.InvariantCulture);

    private static string HashOfChars(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(text.AsSpan())));

    private static bool IsPlain(char unit) => char.IsAsciiLetterOrDigit(unit) || unit is '_' or '-' or '.' or ':' or '@';
}
