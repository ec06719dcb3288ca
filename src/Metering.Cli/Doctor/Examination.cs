using System.Globalization;
using System.Text.Json;
using Metering.Cli.Output;
using Metering.Cli.Runs;
using Metering.Client;
using Metering.Client.Admin;

namespace Metering.Cli.Doctor;

/// <summary>The looks at a setup, in the order in which one thing rests on another.</summary>
internal sealed class Examination(Session session)
{
    private static readonly TimeSpan SmallSkew = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan OldRecord = TimeSpan.FromMinutes(5);

    private readonly List<Finding> _findings = [];

    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>Whether nothing more could be asked.</summary>
    public bool IsUnreachable { get; private set; }

    public async Task RunAsync(CancellationToken stop)
    {
        if (!LookAtLogin())
        {
            return;
        }

        using var admin = session.NewAdmin(maxRetries: 0, session.Around.Patience);
        if (!await ReachAsync(admin, stop).ConfigureAwait(false))
        {
            IsUnreachable = true;
            return;
        }

        await ReadyAsync(admin, stop).ConfigureAwait(false);
        var scopes = await ScopesAsync(admin, stop).ConfigureAwait(false);
        if (scopes.Contains("read") || scopes.Contains("manage"))
        {
            await CatalogAsync(admin, stop).ConfigureAwait(false);
            await OverviewAsync(admin, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Looks at what lies in a queue of the client.</summary>
    public void LookAtQueue(string directory)
    {
        var check = $"queue {directory}";
        QueueStanding queue;
        try
        {
            queue = QueueStanding.Read(directory);
        }
        catch (Exception fault) when (fault is MeteringException or IOException or UnauthorizedAccessException)
        {
            Add(check, FindingStatus.Wrong, fault.Message, "Name the directory that the software has as QueueDirectory.");
            return;
        }

        var isOld = queue.Waiting > 0 && session.Around.Clock.GetUtcNow() - queue.WrittenAt > OldRecord;
        Add(
            check, isOld ? FindingStatus.Warning : FindingStatus.Ok,
            $"{Cells.Number(queue.Waiting)} records wait ({Cells.Number(queue.WaitingBytes)} bytes), last written {Cells.Time(queue.WrittenAt)}.",
            isOld ? "Nothing was written for minutes, and they still wait: is the software running, and can it reach the meter?" : null);
        if (queue.Rejected > 0)
        {
            Add(
                check, FindingStatus.Warning, $"The meter will never take {Cells.Number(queue.Rejected)} records.",
                "Look at rejected.ndjson in that directory, and remove the file when the causes are fixed.");
        }

        if (queue.IsTorn)
        {
            Add(check, FindingStatus.Warning, "The last record is incomplete: it is being written, or a crash cut it off.", "The next start of the software removes it.");
        }
    }

    private bool LookAtLogin()
    {
        try
        {
            var login = session.Login;
            Add("login", FindingStatus.Ok, $"{login.Address}, from {login.From}.");
            if (session.Profiles.IsOpenToOthers)
            {
                Add("login", FindingStatus.Warning, "Others can read your tokens.", $"chmod 600 {session.Profiles.Path}");
            }

            if (login.Address is { Scheme: "http", IsLoopback: false })
            {
                Add("TLS", FindingStatus.Warning, "The token goes over the network unencrypted.", "Use the meter's https address.");
            }

            return true;
        }
        catch (ToolException none)
        {
            Add("login", FindingStatus.Wrong, none.Message);
            return false;
        }
    }

    private async Task<bool> ReachAsync(MeteringAdmin admin, CancellationToken stop)
    {
        try
        {
            var live = await admin.Service.GetLiveAsync(stop).ConfigureAwait(false);
            var version = await admin.Service.GetVersionAsync(stop).ConfigureAwait(false);
            Add("address", FindingStatus.Ok, $"A meter answers; its API has version {version}.");
            var own = typeof(Examination).Assembly.GetName().Version!;
            if (version.Split('.')[0] != own.Major.ToString(CultureInfo.InvariantCulture))
            {
                Add("version", FindingStatus.Warning, $"This tool has version {own.ToString(3)}.", "Install the meter's version: dotnet tool update.");
            }

            LookAtClock(live);
            return true;
        }
        catch (MeteringException fault)
        {
            var (detail, advice) = WhyAway(fault);
            Add("address", FindingStatus.Wrong, detail, advice);
            return false;
        }
    }

    private (string Detail, string Advice) WhyAway(MeteringException fault)
    {
        var address = session.Login.Address;
        return fault.InnerException switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } =>
                ($"The name {address.Host} can't be resolved.", "Is it spelled correctly, and does this machine's DNS know it?"),
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } secure =>
                ($"No secure connection to {address.Authority}: {secure.InnerException?.Message ?? secure.Message}",
                    "Is the certificate valid for that name, and is its issuer trusted here? Does the server speak https at all?"),
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } =>
                ($"Nothing listens at {address.Authority}, or a firewall blocks it.", "Is the meter running, and is the port right?"),
            { } other => ($"{address} does not answer: {other.Message}", "Is the meter running, and is there a proxy in between?"),
            null => (fault.Message, "Is that the meter's own address, and not a page in front of it?"),
        };
    }

    private void LookAtClock(Health live)
    {
        if (live.ServerTime is not { } theirs)
        {
            return;
        }

        var skew = theirs - session.Around.Clock.GetUtcNow();
        var isSmall = skew.Duration() <= SmallSkew;
        Add(
            "clock", isSmall ? FindingStatus.Ok : FindingStatus.Warning,
            isSmall ? "This machine and the meter agree on the time." : $"The meter's clock is {Math.Abs(skew.TotalSeconds):0} s {(skew > TimeSpan.Zero ? "ahead of" : "behind")} this machine's.",
            isSmall ? null : "Correct the wrong one: events get the time of the machine that creates them, and webhooks more than 5 minutes off are refused.");
    }

    private async Task ReadyAsync(MeteringAdmin admin, CancellationToken stop)
    {
        try
        {
            var ready = await admin.Service.GetReadyAsync(stop).ConfigureAwait(false);
            Add("ready", ready.IsReady ? FindingStatus.Ok : FindingStatus.Wrong, ready.Detail ?? "The meter can serve.");
        }
        catch (MeteringException fault)
        {
            Add("ready", FindingStatus.Wrong, fault.Message);
        }
    }

    // Each scope is tried with a request that changes nothing.
    private async Task<IReadOnlyList<string>> ScopesAsync(MeteringAdmin admin, CancellationToken stop)
    {
        var scopes = new List<string>();
        try
        {
            foreach (var (scope, ask) in new (string, Func<Task>)[]
            {
                ("read", () => admin.Licenses.ListAsync("nobody", stop).FirstOrDefaultAsync(stop).AsTask()),
                ("manage", () => admin.Catalog.PutDocumentAsync(JsonElement.Parse("{}"), dryRun: true, stop)),
                ("ingest", () => admin.Events.SendAsync([], stop)),
            })
            {
                if (await MayAsync(ask).ConfigureAwait(false))
                {
                    scopes.Add(scope);
                }
            }
        }
        catch (MeteringException fault)
        {
            var told = Faults.Explain(fault, session.Meter)!.Value.Message;
            Add("token", FindingStatus.Wrong, told);
            return [];
        }

        Add(
            "token", scopes.Count == 0 ? FindingStatus.Wrong : FindingStatus.Ok,
            scopes.Count == 0 ? "The meter knows it, but it has no scopes." : $"It may {string.Join(", ", scopes)}.",
            scopes.Contains("read") || scopes.Contains("manage") ? null : "Without the scope read, nothing more can be checked.");
        return scopes;
    }

    private static async Task<bool> MayAsync(Func<Task> ask)
    {
        try
        {
            await ask().ConfigureAwait(false);
            return true;
        }
        catch (MeteringProblemException refused) when (refused.Status is 400 or 403 or 422)
        {
            return refused.Status != 403;
        }
    }

    private async Task CatalogAsync(MeteringAdmin admin, CancellationToken stop)
    {
        var catalog = await admin.Catalog.GetAsync(stop).ConfigureAwait(false);
        var (features, plans) = (catalog.Features ?? [], catalog.Plans ?? []);
        if (features.Count == 0)
        {
            Add("catalog", FindingStatus.Wrong, "It is empty: nothing can be counted.", "Publish one: meter catalog apply FILE.");
            return;
        }

        var hasDefault = plans.Any(plan => plan.Default == true);
        Add(
            "catalog", hasDefault ? FindingStatus.Ok : FindingStatus.Warning,
            $"{Cells.Count(features.Count, "feature")}, {Cells.Count(plans.Count, "plan")}" + (hasDefault ? "." : ", none of them the default."),
            hasDefault ? null : "A license that is created without naming a plan gets no features: set on one plan \"default\": true.");
    }

    private async Task OverviewAsync(MeteringAdmin admin, CancellationToken stop)
    {
        Overview overview;
        try
        {
            overview = await admin.Reports.GetOverviewAsync(stop).ConfigureAwait(false);
        }
        catch (MeteringProblemException refused) when (refused.Status == 403)
        {
            // A token of one customer sees no one else's.
            return;
        }

        if (overview.Licenses is { Total: 0, IsComplete: true })
        {
            Add("licenses", FindingStatus.Warning, "There are none.", "Create one: meter license create --tenant ID.");
        }
        else
        {
            Add(
                "licenses", overview.Licenses.Unreadable > 0 ? FindingStatus.Wrong : FindingStatus.Ok,
                $"{Cells.Number(overview.Licenses.Active)} active, {Cells.Count(overview.OverLimit.Count, "feature")} over the limit"
                + (overview.Licenses.Unreadable > 0 ? $", {Cells.Number(overview.Licenses.Unreadable)} can't be read." : "."),
                overview.Licenses.Unreadable > 0 ? "Run the host's command verify where the data is." : null);
        }

        var letters = overview.DeadLetters;
        Add(
            "dead letters", letters.Count == 0 ? FindingStatus.Ok : FindingStatus.Warning,
            letters.Count == 0 ? "There are none." : $"{Cells.Count(letters.Count, letters.HasMore ? "or more event" : "event")} could not be counted.",
            letters.Count == 0 ? null : "See why: meter dead-letter list; then, when it is fixed: meter dead-letter retry.");
        foreach (var webhook in overview.Webhooks)
        {
            LookAtWebhook(webhook);
        }
    }

    private void LookAtWebhook(WebhookHealth webhook)
    {
        if (!webhook.Enabled)
        {
            Add(
                "webhook", FindingStatus.Wrong, $"{webhook.Url} is disabled: {webhook.DisabledReason ?? "by an operator"}.",
                $"When the receiver is fixed: meter webhook enable {webhook.Id}.");
        }
        else if (webhook.LastFailure is { } failure)
        {
            Add(
                "webhook", FindingStatus.Warning, $"{webhook.Url} failed {(failure.At is null ? "" : $"at {Cells.Time(failure.At)} ")}with {failure.Error}.",
                $"See: meter webhook deliveries {webhook.Id} --failed.");
        }
        else
        {
            Add("webhook", FindingStatus.Ok, $"{webhook.Url} accepts deliveries.");
        }
    }

    private void Add(string check, FindingStatus status, string detail, string? advice = null) =>
        _findings.Add(new Finding(check, status, detail, advice));
}
