using System.Collections.Immutable;
using Metering.Api;
using Metering.Server.Clock;

namespace Metering.Server.Demo;

/// <summary>
/// Three months in the life of the demo's licenses, made through the real engine with its clock set back; the same every time for the
/// same moment. Making it again, after a crash halfway, changes nothing.
/// </summary>
internal sealed class DemoHistory(ICatalogStore catalog, ILicenseDirectory directory, NotedMeters meters, IMeterClock clock)
{
    // The open period is some three weeks old then, whatever the day: a month that has just begun shows nothing.
    private const int DaysIntoPeriod = 24;

    /// <summary>Makes what is missing.</summary>
    /// <exception cref="StoreUnavailableException">The storage could not be written.</exception>
    internal async Task MakeAsync(CancellationToken cancellationToken)
    {
        var now = clock.UtcNow;
        var today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        var first = today.AddDays(1 - DemoDay.Count);
        var plans = await catalog.ChangeAsync(before => DemoCatalog.Add(before, first), cancellationToken);
        var missing = new List<DemoLicense>();
        foreach (var license in DemoLicenses.All)
        {
            // The directory comes last, so a license that is in it has its whole history.
            if (await directory.FindAsync(license.Id, cancellationToken) is null)
            {
                missing.Add(license);
            }
        }

        if (missing.Count > 0)
        {
            // A server without --demo has no such clock, and no demo either.
            var past = (PastClock)clock;
            try
            {
                await LiveAsync(missing, plans, past, first, now, cancellationToken);
            }
            finally
            {
                past.Return();
            }

            foreach (var license in missing)
            {
                await EndAsync(license, cancellationToken);
                await AddAsync(license, first, cancellationToken);
            }
        }
    }

    private async Task LiveAsync(
        List<DemoLicense> licenses, CatalogSnapshot plans, PastClock past, DateTimeOffset first, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        past.SetBack(first);
        var anchor = first.AddDays(DemoDay.Count - 1 - DaysIntoPeriod).AddMonths(-4);
        foreach (var license in licenses)
        {
            await ApplyAsync(license, [Open(license, plans, anchor)], cancellationToken);
        }

        for (var number = 0; number < DemoDay.Count; number++)
        {
            var start = first.AddDays(number);
            var end = start.AddDays(1).AddMilliseconds(-1);
            var until = end < now ? end : now;

            // At the end of the day, as a producer that sends its events in batches: each is of the time at which it happened.
            past.SetBack(until);

            // One after the other would be one commit each; together they share commits.
            await Task.WhenAll(licenses.Select(license =>
            {
                var day = new DemoDay(number, start, until, new DemoChance(license.Name, number));
                return ApplyAsync(license, Commands(license, plans, day), cancellationToken);
            }));
        }
    }

    private static RequestedCommand Open(DemoLicense license, CatalogSnapshot plans, DateTimeOffset anchor) => new(
        new OpenLicense
        {
            LicenseId = license.Id,
            TenantId = license.TenantId,
            Anchor = anchor,
            TimeZone = license.TimeZone,
            Plans = license.Plan is { } plan ? [plans.Resolve(plans.FindPlan(plan)!)] : [],
            Features = license.Features,
        },
        null);

    private static ImmutableArray<RequestedCommand> Commands(DemoLicense license, CatalogSnapshot plans, DemoDay day)
    {
        var commands = license.Once.Where(once => once.Day == day.Number).Select(once => once.Command(plans))
            .Concat(license.Daily.SelectMany(use => use(day)));

        // Known by the day and the place in it, so that a start after a crash halfway counts nothing twice (rule 8).
        return
        [
            .. commands.Select((command, i) => $"demo-{day.Start:yyyyMMdd}-{i}" is var id && command is Use use
                ? new RequestedCommand(use with { EventId = id }, Once.ByEvent(id))
                : new RequestedCommand(command, Once.ByKey(id, "demo"))),
        ];
    }

    private async Task EndAsync(DemoLicense license, CancellationToken cancellationToken)
    {
        if (license.Ends is var (feature, wanted)
            && await meters.ReadAsync(license.Id, cancellationToken) is { } state
            && LicenseMeter.Usage(state, clock.UtcNow, MeterRules.Default).First(answer => answer.FeatureCode == feature).Used is var used
            && used < wanted)
        {
            var rest = new Consume { FeatureCode = feature, Given = wanted - used, UserId = "user_1" };
            await ApplyAsync(license, [new RequestedCommand(rest, Once.ByKey("demo-end", "demo"))], cancellationToken);
        }
    }

    private async Task AddAsync(DemoLicense license, DateTimeOffset created, CancellationToken cancellationToken)
    {
        var hash = SecretHash.Of(license.Key).ToString();
        await directory.AddAsync(
            new LicenseRecord { Id = license.Id, TenantId = license.TenantId, KeyHash = hash, CreatedAt = created }, cancellationToken);
    }

    private async Task ApplyAsync(DemoLicense license, ImmutableArray<RequestedCommand> commands, CancellationToken cancellationToken)
    {
        foreach (var result in await meters.ApplyAsync(license.Id, commands, cancellationToken))
        {
            // A refusal can come where somebody has changed the demo's catalog; the rest of the history is still worth having.
            if (result.Status is ApplyStatus.Busy or ApplyStatus.Failed or ApplyStatus.LicenseNotFound)
            {
                throw new StoreUnavailableException("The demo data could not be put in; look at the log for the reason.");
            }
        }
    }
}
