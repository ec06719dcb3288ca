using System.Globalization;
using MeterFunctions.Licenses;
using MeterFunctions.Storage;
using Metering;
using Metering.Api;

namespace MeterFunctions.Retention;

/// <summary>What is over at a time: rows of before then go.</summary>
/// <param name="Submissions">Of submissions that are remembered, the last that is over, UTC.</param>
/// <param name="Identities">Of idempotency keys and event ids, the last that is over.</param>
/// <param name="Evidence">The first entry that is kept.</param>
/// <param name="Slice">Which part of the idempotency keys and event ids is looked through today.</param>
internal readonly record struct RetentionCut(
    DateTimeOffset Submissions, DateTimeOffset Identities, DateTimeOffset Evidence, int Slice)
{
    /// <summary>
    /// So many days it takes until all idempotency keys and event ids of a license have been looked through. They lie in the order of their
    /// hashes, those that are over among those that are not: each day all of them would read each row 35 times before it goes.
    /// </summary>
    public const int Slices = 8;

    // Instances' clocks differ by less: what is remembered by one must not be gone for another.
    private static readonly TimeSpan Slack = TimeSpan.FromHours(1);

    /// <summary>The first day whose rollups are kept, UTC.</summary>
    public DateOnly DaysFrom => DateOnly.FromDateTime(Evidence.UtcDateTime);

    /// <summary>Where the keys of today's slice begin, and the least key after them.</summary>
    public (string From, string To) SliceKeys
    {
        get
        {
            // The first of a hash's digits.
            var each = 16 / Slices;
            return (Key(Slice * each), Slice + 1 == Slices ? TableKeys.After(TableKeys.IdentityPrefix) : Key((Slice + 1) * each));

            static string Key(int digit) => TableKeys.IdentityPrefix + digit.ToString("x", CultureInfo.InvariantCulture);
        }
    }

    /// <summary>What is over now.</summary>
    /// <param name="now">The host's time, UTC.</param>
    /// <param name="options">What the operator has set.</param>
    public static RetentionCut At(DateTimeOffset now, MeteringOptions options)
    {
        var last = now - Slack;
        return new RetentionCut(
            last - IdentityMemory.SubmissionMemory,
            last - options.ToRules().IdempotencyMemory,
            last - options.LedgerRetention,
            (int)(now.UtcTicks / TimeSpan.TicksPerDay % Slices));
    }
}
