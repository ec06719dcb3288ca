using System.CommandLine;
using Metering.Cli.Output;
using Metering.Cli.Runs;
using Metering.Client.Admin;

namespace Metering.Cli.Licenses;

/// <summary>Licenses from their beginning to their end.</summary>
internal static class LicenseCommands
{
    private static readonly Argument<string> Id = LicenseOptions.License;
    private static readonly Argument<string> Feature = LicenseOptions.Feature;
    private static readonly Option<bool> Yes = LicenseOptions.Yes;
    private static readonly Option<string> Key = LicenseOptions.Key;
    private static readonly Option<string> Metadata = LicenseOptions.Metadata;
    private static readonly Option<string> Tenant = new("--tenant", "-t") { Description = "The customer.", HelpName = "id" };
    private static readonly Option<string> Owner = new("--tenant", "-t") { Description = "The customer.", HelpName = "id", Required = true };

    private static readonly Option<string[]> Plans = new("--plan")
    {
        Description = "Its plan; give it again for a plan of another group (default: the default plan of each group).", HelpName = "id",
    };

    private static readonly Option<DateTimeOffset?> Expires = Times.Ahead("--expires", "When it expires.");
    private static readonly Option<bool> NeverExpires = new("--never-expires") { Description = "Remove the expiry." };
    private static readonly Option<string> Zone = new("--time-zone") { Description = "The time zone of its periods (default: UTC).", HelpName = "IANA name" };
    private static readonly Option<decimal?> Cores = new("--max-cores") { Description = "Maximum cores of all its machines (default: no limit)." };
    private static readonly Option<decimal?> Limit = new("--limit") { Description = "Units per period (default: unlimited)." };

    private static readonly Option<string> Reset = new Option<string>("--reset")
    {
        Description = "How often usage resets (default: never).", HelpName = "interval",
    }.AcceptOnlyFromAmong("none", "hour", "day", "week", "month", "year");

    private static readonly Option<bool> Overage = new("--allow-overage") { Description = "Allow use beyond the limit, and count it as overage." };

    public static Command Create() => new Command("license", "Licenses: what is metered and limited.").With(
        new Command("list", "Lists licenses.").With(Tenant).Does(ListAsync),
        new Command("show", "Shows a license, with its features.").With(Id).Does(ShowAsync),
        new Command("create", "Creates a license, and shows its key once.").With(Owner, Plans, Expires, Zone, Cores, Metadata, Key).Does(CreateAsync),
        new Command("change", "Changes the plan, expiry or metadata of a license.").With(Id, Plans, Expires, NeverExpires, Metadata, Key).Does(ChangeAsync),
        new Command("suspend", "Stops all use of a license until it is resumed.").With(Id, Key).Does((session, stop) => StandAsync(
            session, session.Admin.Licenses.SuspendAsync(session.Value(Id), session.Value(Key), stop))),
        new Command("resume", "Resumes a suspended license.").With(Id, Key).Does((session, stop) => StandAsync(
            session, session.Admin.Licenses.ResumeAsync(session.Value(Id), session.Value(Key), stop))),
        new Command("rotate-key", "Gives a license a new key, and shows it once. The old key stops working at once.").With(Id, Yes, Key).Does(RotateAsync),
        new Command("delete", "Deletes a license for good. Its ledger is kept.").With(Id, Yes).Does(DeleteAsync),
        new Command("assign", "Gives a license a feature with terms of its own.").With(Id, Feature, Limit, Reset, Overage, Key).Does(AssignAsync),
        new Command("unassign", "Removes an assigned feature from a license.").With(Id, Feature).Does(UnassignAsync));

    private static Task ListAsync(Session session, CancellationToken stop) => session.Screen.ListAsync(
        session.Admin.Licenses.ListAsync(session.Value(Tenant), stop),
        new Listing("LICENSE", "TENANT", "STATUS", "PLANS", "?EXPIRES"),
        (table, license) => table.Row(license.Id, license.TenantId, license.Status, PlansOf(license), Cells.Time(license.ExpiresAt)),
        "There are no licenses.",
        stop);

    private static async Task ShowAsync(Session session, CancellationToken stop)
    {
        var license = await session.Admin.Licenses.GetAsync(session.Value(Id), stop).ConfigureAwait(false);
        var features = new List<AssignedFeature>();
        await foreach (var feature in session.Admin.Licenses.ListFeaturesAsync(license.Id, stop).ConfigureAwait(false))
        {
            features.Add(feature);
        }

        if (session.Screen.IsJson)
        {
            session.Screen.Document(new { license, features });
            return;
        }

        Show(session, license);
        var table = new Listing("FEATURE", "KIND", ">LIMIT", "RESET", "FROM");
        foreach (var one in features)
        {
            table.Row(
                one.FeatureCode, one.Metric ?? one.Kind,
                one.Kind == "boolean" ? "-" : Cells.Number(one.MaxConsumptions, "unlimited"),
                one.Kind == "boolean" ? "-" : one.Reset?.Interval ?? "none", one.PlanId is { } plan ? $"plan {plan}" : one.Source);
        }

        session.Screen.Say("");
        if (features.Count == 0)
        {
            session.Screen.Say("This license has no features.");
        }
        else
        {
            session.Screen.Show(table);
        }
    }

    private static async Task CreateAsync(Session session, CancellationToken stop)
    {
        var plans = session.Value(Plans) is { Length: > 0 } given ? given : null;
        var made = await session.Admin.Licenses.CreateAsync(
            new NewLicense
            {
                TenantId = session.Value(Owner)!,
                Plans = plans,
                ExpiresAt = session.Value(Expires),
                TimeZone = session.Value(Zone),
                MaxCores = session.Value(Cores),
                Metadata = LicenseOptions.Json(session.Value(Metadata)),
            },
            session.Value(Key),
            stop).ConfigureAwait(false);
        session.Screen.Answer(made, license => Show(session, license));
    }

    private static Task ChangeAsync(Session session, CancellationToken stop) => StandAsync(session, session.Admin.Licenses.ChangeAsync(
        session.Value(Id),
        new LicenseChange
        {
            PlanId = session.Value(Plans) is [var plan] ? plan : null,
            Plans = session.Value(Plans) is { Length: > 1 } plans ? plans : null,
            ExpiresAt = session.Value(Expires),
            NeverExpires = session.Value(NeverExpires),
            Metadata = LicenseOptions.Json(session.Value(Metadata)),
        },
        session.Value(Key),
        stop));

    private static async Task StandAsync(Session session, Task<License> change) =>
        session.Screen.Answer(await change.ConfigureAwait(false), license => Show(session, license));

    private static Task RotateAsync(Session session, CancellationToken stop)
    {
        session.Confirm(session.Value(Yes), $"The current key of {session.Value(Id)} stops at once. Continue?");
        return StandAsync(session, session.Admin.Licenses.RotateKeyAsync(session.Value(Id), session.Value(Key), stop));
    }

    private static async Task DeleteAsync(Session session, CancellationToken stop)
    {
        var license = await session.Admin.Licenses.GetAsync(session.Value(Id), stop).ConfigureAwait(false);
        session.Confirm(session.Value(Yes), $"Delete {license.Id} of {license.TenantId} for good?");
        await session.Admin.Licenses.DeleteAsync(license.Id, stop).ConfigureAwait(false);
        session.Screen.Answer(new { id = license.Id, status = "deleted" }, _ => session.Screen.Say($"Deleted {license.Id}."));
    }

    private static async Task AssignAsync(Session session, CancellationToken stop)
    {
        var assigned = await session.Admin.Licenses.AssignFeatureAsync(
            session.Value(Id),
            new Assignment
            {
                FeatureCode = session.Value(Feature),
                Limit = session.Value(Limit),
                Reset = session.Value(Reset) is { } interval ? new ResetTerms(interval) : null,
                OverLimit = session.Value(Overage) ? "allow_with_overage" : null,
            },
            session.Value(Key),
            stop).ConfigureAwait(false);
        session.Screen.Answer(assigned, one => session.Screen.Say(
            $"{session.Value(Id)} has {one.FeatureCode} now: {Cells.Number(one.MaxConsumptions, "unlimited")} a {one.Reset?.Interval ?? "life"}."));
    }

    private static async Task UnassignAsync(Session session, CancellationToken stop)
    {
        await session.Admin.Licenses.UnassignFeatureAsync(session.Value(Id), session.Value(Feature), stop).ConfigureAwait(false);
        session.Screen.Answer(
            new { id = session.Value(Id), feature_code = session.Value(Feature) },
            _ => session.Screen.Say($"Removed {session.Value(Feature)} from {session.Value(Id)}."));
    }

    private static void Show(Session session, License license)
    {
        var table = new Listing("", "") { HasNames = false };
        table.Row("license", license.Id);
        table.Row("tenant", license.TenantId);
        table.Row("status", license.Status);
        table.Row("plans", PlansOf(license));
        table.Row("created", Cells.Time(license.CreatedAt));
        table.Row("expires", license.ExpiresAt is null ? "never" : Cells.Time(license.ExpiresAt));
        if (license.MaxCores is { } cores)
        {
            table.Row("max cores", Cells.Number(cores));
        }

        if (license.Metadata is { } metadata)
        {
            table.Row("metadata", metadata.GetRawText());
        }

        if (license.Key is { } key)
        {
            table.Row("key", key);
        }

        session.Screen.Show(table);
        if (license.Key is not null)
        {
            session.Screen.Note("The key is shown only once: store it where the software can read it.");
        }
    }

    private static string PlansOf(License license) =>
        license.Plans.Count == 0 ? "-" : string.Join(", ", license.Plans.Select(plan => $"{plan.PlanId} v{plan.Version}"));
}
