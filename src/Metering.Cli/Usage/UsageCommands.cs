using System.CommandLine;
using Metering.Cli.Output;
using Metering.Cli.Runs;
using Metering.Client;
using Metering.Client.Admin;
using Spectre.Console;

namespace Metering.Cli.Usage;

/// <summary>What was used, and how it stands.</summary>
internal static class UsageCommands
{
    private const string LicensePrefix = "lic_";

    private static readonly Argument<string> Who = new("tenant") { Description = "A customer, or a license's id (lic_…)." };
    private static readonly Argument<string?> Metric = new("feature")
    {
        Description = "The feature's code; without it, the current usage of all features.", Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Argument<string> Tenant = new("tenant") { Description = "The customer." };
    private static readonly Argument<string> Feature = new("feature") { Description = "The feature's code." };
    private static readonly Option<DateTimeOffset?> From = Times.Option("--from", "The start of the span.");
    private static readonly Option<DateTimeOffset?> To = Times.Option("--to", "The end of the span (default: now).");

    private static readonly Option<string> By = new Option<string>("--by")
    {
        Description = "How to group it.", DefaultValueFactory = _ => "day", HelpName = "part",
    }.AcceptOnlyFromAmong("period", "day", "hour");

    private static readonly Option<bool> Users = new("--users") { Description = "Also show the top users." };

    public static Command Usage() => new Command("usage", "What a customer used of a feature, over time; or the current usage of all its features.")
        .With(Who, Metric, From, To, By, Users)
        .Does((session, stop) => session.Value(Metric) is { } metric ? SpanAsync(session, metric, stop) : StandAsync(session, stop));

    public static Command Quota() => new Command("quota", "A customer's quota for a feature: limit, tiers, and when it runs out at the present pace.")
        .With(Tenant, Feature)
        .Does(QuotaAsync);

    private static async Task SpanAsync(Session session, string metric, CancellationToken stop)
    {
        var who = session.Value(Who);
        if (who.StartsWith(LicensePrefix, StringComparison.Ordinal))
        {
            // Usage is told by customer; the license's share of it is in the answer.
            who = (await session.Admin.Licenses.GetAsync(who, stop).ConfigureAwait(false)).TenantId;
        }

        var usage = await session.Admin.Reports.GetUsageAsync(
            who, metric, new UsageQuery { From = session.Value(From), To = session.Value(To), Granularity = session.Value(By) }, stop)
            .ConfigureAwait(false);
        session.Screen.Answer(usage, told => Show(session, told));
    }

    private static void Show(Session session, UsageSummary usage)
    {
        var unit = usage.Unit is null ? "" : $" ({usage.Unit})";
        session.Screen.Say($"{usage.TenantId}  {usage.Metric}{unit}  {Cells.Time(usage.From)} to {Cells.Time(usage.To)}");
        var table = new Listing("FROM", ">USED", "", ">OVERAGE", ">COST");
        var largest = usage.Buckets.Count == 0 ? 0 : usage.Buckets.Max(part => part.Total);
        foreach (var part in usage.Buckets)
        {
            table.Add(
                new Text(Cells.Time(part.Start)), new Text(Cells.Number(part.Total)), Cells.Share(part.Total, largest, width: 30),
                new Text(part.Overage == 0 ? "-" : Cells.Number(part.Overage)),
                new Text(part.Cost is null or 0 ? "-" : Cells.Number(part.Cost)));
        }

        session.Screen.Show(table);
        session.Screen.Say($"Total: {Cells.Number(usage.Total)} in {Cells.Count(usage.Count, "change")}"
            + (usage.Overage == 0 ? "" : $", {Cells.Number(usage.Overage)} over the allowance")
            + (usage.Cost is null or 0 ? "" : $", {Cells.Number(usage.Cost)} {usage.CostUnit}") + ".");
        if (session.Value(Users) && usage.TopUsers is { } users)
        {
            var top = new Listing("USER", ">USED", "");
            foreach (var user in users)
            {
                top.Add(new Text(user.UserId), new Text(Cells.Number(user.Total)), Cells.Share(user.Total, users[0].Total));
            }

            session.Screen.Say("");
            session.Screen.Show(top);
        }
    }

    private static async Task StandAsync(Session session, CancellationToken stop)
    {
        var who = session.Value(Who);
        var licenses = who.StartsWith(LicensePrefix, StringComparison.Ordinal)
            ? Only(who)
            : session.Admin.Licenses.ListAsync(who, stop).Select(license => license.Id);
        var (table, count) = (new Listing("LICENSE", "FEATURE", ">USED", ">ALLOWANCE", "?", ">", "?LEVEL", "?RESETS"), 0);
        await foreach (var license in licenses.WithCancellation(stop).ConfigureAwait(false))
        {
            var standing = await session.Admin.Usage.GetAsync(license, stop).ConfigureAwait(false);
            count++;
            if (session.Screen.IsJson)
            {
                session.Screen.Line(new { license_id = license, standing.Features, standing.Balances });
                continue;
            }

            foreach (var feature in standing.Features.Where(feature => feature.Period is not null))
            {
                Add(table, license, feature);
            }
        }

        if (!session.Screen.IsJson)
        {
            if (count == 0)
            {
                session.Screen.Say($"{who} has no licenses.");
                return;
            }

            session.Screen.Show(table);
        }
    }

    private static async Task QuotaAsync(Session session, CancellationToken stop)
    {
        var quota = await session.Admin.Reports.GetQuotaAsync(session.Value(Tenant), session.Value(Feature), stop).ConfigureAwait(false);
        session.Screen.Answer(quota, told => Show(session, told));
    }

    private static void Show(Session session, Quota quota)
    {
        var table = new Listing("LICENSE", "FEATURE", ">USED", ">ALLOWANCE", "?", ">", "?LEVEL", "?RESETS");
        foreach (var license in quota.Licenses ?? [new LicenseQuota { LicenseId = quota.LicenseId, Usage = quota.Usage }])
        {
            Add(table, license.LicenseId, license.Usage);
        }

        session.Screen.Show(table);
        if (quota.Together is { Licenses: > 1 } all)
        {
            session.Screen.Say(
                $"Together {Cells.Number(all.Used)} of {Cells.Number(all.Allowance, "unlimited")} ({Cells.Percent(all.PercentUsed)}).");
        }

        if (quota.Usage is { Remaining: <= 0 })
        {
            session.Screen.Say("It is used up.");
        }
        else if (quota.Projection is { } pace)
        {
            session.Screen.Say($"At the present pace of {Cells.Number(Math.Round(pace.PacePerDay, 2))} a day "
                + (pace.QuotaEndsAt is { } end ? $"it runs out on {Cells.Time(end)}." : "it lasts until the reset."));
        }

        if (quota.Tiers.Count > 0)
        {
            var tiers = new Listing(">BEYOND", "LEVEL", "POLICY", ">UNIT PRICE");
            foreach (var tier in quota.Tiers)
            {
                tiers.Row(
                    tier.From.ToString(), Cells.Name(tier.Level ?? UsageLevel.Normal), Words(tier.Policy), Cells.Number(tier.UnitPrice));
            }

            session.Screen.Say("");
            session.Screen.Show(tiers);
        }
    }

    private static void Add(Listing table, string license, UsageAnswer feature)
    {
        decimal? percent = feature is { Allowance: > 0 and var allowance, Used: { } used } ? used / allowance * 100 : null;
        table.Add(
            new Text(license), new Text(feature.FeatureCode), new Text(Cells.Number(feature.Used)),
            new Text(Cells.Number(feature.Allowance, "unlimited")), Cells.Bar(percent, feature.Level, width: 12),
            new Text(percent is null ? "" : Cells.Percent(percent)), Cells.Level(feature, percent),
            new Text(Cells.Time(feature.ResetsAt)));
    }

    private static string Words(UsagePolicy? policy) => policy switch
    {
        UsagePolicy.AllowWithOverage => "allow with overage",
        UsagePolicy.AllowWithGrace => "allow with grace",
        UsagePolicy.RateLimit => "rate limit",
        UsagePolicy.Deny => "deny",
        UsagePolicy.SuspendUsage => "suspend usage",
        _ => "notify only",
    };

    private static async IAsyncEnumerable<string> Only(string license)
    {
        yield return license;
        await Task.CompletedTask.ConfigureAwait(false);
    }
}
