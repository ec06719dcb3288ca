using System.Text.Json;
using Metering.Server.Engine;
using Metering.Server.Evidence;
using Metering.Server.Storage;
using Metering.Server.Stores;

namespace Metering.Server.Hosting;

/// <summary>
/// <c>repair-clock</c>: brings licenses back from a future that a wrong clock had made. What the jump closed is read from its records, so
/// that what was counted before it and after it comes together again.
/// </summary>
internal static class RepairClockCommand
{
    private const int MaxLicensesPerStep = 500;

    /// <summary>Repairs one license, or all that need it; 0 when none needs it any more.</summary>
    internal static async Task<int> RunAsync(ServerArguments arguments, string? licenseId, TextWriter output)
    {
        var options = OfflineCommands.Options(arguments);
        var directory = OfflineCommands.TakeData(options);
        var clock = OfflineCommands.Clock(options, directory);
        await using var engine = MeterEngine.Open(directory, options, clock);
        return await RunAsync(engine, clock.UtcNow, licenseId, output);
    }

    /// <summary>Repairs on an engine that nobody else uses.</summary>
    internal static async Task<int> RunAsync(MeterEngine engine, DateTimeOffset now, string? licenseId, TextWriter output)
    {
        if (licenseId is not null && await engine.ReadAsync(licenseId, CancellationToken.None) is null)
        {
            await output.WriteLineAsync($"There is no license {licenseId}.");
            return 1;
        }

        var repaired = 0;
        var after = 0L;
        while (true)
        {
            var found = await engine.Readers.ReadAsync(
                store => Find(store, now, engine.Rules.LateWindow, licenseId, after), CancellationToken.None);
            foreach (var (license, repair) in found.Licenses)
            {
                // No key is needed: made again, the command finds a license that has seen no later time than now, and leaves it out.
                var result = await engine.ApplyAsync(license, repair, null, CancellationToken.None);
                if (result is not { Status: ApplyStatus.Applied, Answer: Done })
                {
                    await output.WriteLineAsync(
                        $"{license} could not be repaired: {(result.Answer as Refusal)?.Detail ?? "the data cannot be written"}.");
                    return 1;
                }

                repaired++;
                await output.WriteLineAsync($"{license} was brought back to {now:yyyy-MM-dd HH:mm:ss} UTC.");
            }

            if (found.Last is not { } last)
            {
                break;
            }

            after = last;
        }

        await output.WriteLineAsync(
            repaired == 0 ? "No license has seen a time later than now; nothing was changed." : $"{Counted.Licenses(repaired)} repaired.");
        return 0;
    }

    // What is in the journal alone was written out when the engine was opened.
    private static (List<(string License, RepairClock Repair)> Licenses, long? Last) Find(
        Database store, DateTimeOffset now, TimeSpan lateWindow, string? licenseId, long after)
    {
        var (states, last) = (new List<StoredLicense>(), (long?)null);
        var statement = store["SELECT key, state FROM license WHERE key > ? AND (?2 IS NULL OR id = ?2) ORDER BY key LIMIT ?3"]
            .Bind(1, after).Bind(2, licenseId).Bind(3, MaxLicensesPerStep);
        while (statement.Next())
        {
            last = statement.Integer(0);
            var state = LicenseStates.Parse(statement.Bytes(1));
            if (state.LastSeen > now)
            {
                states.Add(new StoredLicense(statement.Integer(0), state));
            }
        }

        var repairs = states.Select(license => (
            license.State.LicenseId,
            new RepairClock
            {
                Now = now,
                Closed = [.. PeriodRecords.TakenBack(store, license.Key, now)],
                Days = [.. Days(store, license.Key, now - lateWindow)],
            }));
        return ([.. repairs], last);
    }

    private static List<ClosedDay> Days(Database store, long license, DateTimeOffset from)
    {
        var days = new List<ClosedDay>();
        var statement = store["SELECT feature, body FROM rollup WHERE license = ? AND day >= ? ORDER BY day"]
            .Bind(1, license).Bind(2, DateOnly.FromDateTime(from.UtcDateTime).DayNumber);
        while (statement.Next())
        {
            days.Add(new ClosedDay(statement.Text(0), JsonSerializer.Deserialize(statement.Bytes(1), MeteringJson.Default.DayRollup)!));
        }

        return days;
    }
}
