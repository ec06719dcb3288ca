using System.CommandLine;
using Metering.Cli.Output;
using Metering.Cli.Runs;
using Metering.Client.Admin;

namespace Metering.Cli.Webhooks;

/// <summary>Who is told of signals.</summary>
internal static class WebhookCommands
{
    private static readonly Argument<string> Id = new("webhook") { Description = "The webhook's id, whk_…" };
    private static readonly Argument<string> Url = new("address") { Description = "The receiver, such as https://billing.example.com/hooks." };
    private static readonly Argument<string> Delivery = new("delivery") { Description = "The delivery's id, as 'meter webhook deliveries' shows it." };
    private static readonly Option<string[]> Signals = new("--signal", "-s") { Description = "Only these signals (default: all).", HelpName = "name" };
    private static readonly Option<bool> Yes = new("--yes", "-y") { Description = "Don't ask for confirmation." };
    private static readonly Option<bool> Failed = new("--failed") { Description = "Only those that failed." };
    private static readonly Option<int> Limit = new("--limit", "-n") { Description = "The maximum number of deliveries.", DefaultValueFactory = _ => 50 };
    private static readonly Option<string> Key = new("--idempotency-key") { Description = "Retries with the same key create it only once.", HelpName = "key" };

    public static Command Create() => new Command("webhook", "Receivers of signals, and their deliveries.").With(
        new Command("list", "Lists webhooks.").Does((session, stop) => session.Screen.ListAsync(
            session.Admin.Webhooks.ListAsync(stop),
            new Listing("WEBHOOK", "ADDRESS", "?SIGNALS", "STATUS"),
            (table, one) => table.Row(
                one.Id, one.Url, one.Events.Count == 0 ? "all" : string.Join(",", one.Events),
                one.Enabled ? "enabled" : $"disabled: {one.DisabledReason}"),
            "There are no webhooks.",
            stop)),
        new Command("add", "Creates a webhook, and shows its signing secret once.").With(Url, Signals, Key).Does(AddAsync),
        new Command("test", "Sends a test message to a webhook.").With(Id).Does(async (session, stop) =>
            Show(session, await session.Admin.Webhooks.TestAsync(session.Value(Id), cancellationToken: stop).ConfigureAwait(false))),
        new Command("enable", "Resumes deliveries to a disabled webhook.").With(Id).Does((session, stop) => ChangeAsync(session, enabled: true, stop)),
        new Command("disable", "Stops deliveries to a webhook.").With(Id).Does((session, stop) => ChangeAsync(session, enabled: false, stop)),
        new Command("remove", "Removes a webhook; waiting deliveries are dropped.").With(Id, Yes).Does(RemoveAsync),
        new Command("deliveries", "Lists the deliveries to a webhook with their results, newest first.").With(Id, Failed, Limit).Does(DeliveriesAsync),
        new Command("redeliver", "Sends a message again, with the same message id.").With(Id, Delivery).Does(
            async (session, stop) => Show(session, await session.Admin.Webhooks.RedeliverAsync(
                session.Value(Id), session.Value(Delivery), cancellationToken: stop).ConfigureAwait(false))),
        ListenCommand.Create());

    private static async Task AddAsync(Session session, CancellationToken stop)
    {
        var made = await session.Admin.Webhooks.CreateAsync(
            new WebhookChange { Url = session.Value(Url), Events = session.Value(Signals) ?? [] }, session.Value(Key), stop)
            .ConfigureAwait(false);
        session.Screen.Answer(made, one =>
        {
            session.Screen.Note($"{one.Id} gets signals from now on. The signing secret is shown only once:");
            session.Screen.Say(one.Secret ?? "It was shown when the webhook was created.");
        });
    }

    private static async Task ChangeAsync(Session session, bool enabled, CancellationToken stop)
    {
        var changed = await session.Admin.Webhooks.ChangeAsync(
            session.Value(Id), new WebhookChange { Enabled = enabled }, cancellationToken: stop).ConfigureAwait(false);
        session.Screen.Answer(changed, one => session.Screen.Say($"{one.Id} is {(one.Enabled ? "enabled" : "disabled")}."));
    }

    private static async Task RemoveAsync(Session session, CancellationToken stop)
    {
        var id = session.Value(Id);
        session.Confirm(session.Value(Yes), $"Deliveries that wait for {id} will be dropped. Remove it?");
        await session.Admin.Webhooks.DeleteAsync(id, stop).ConfigureAwait(false);
        session.Screen.Answer(new { id, status = "removed" }, _ => session.Screen.Say($"Removed {id}."));
    }

    private static Task DeliveriesAsync(Session session, CancellationToken stop) => session.Screen.ListAsync(
        session.Admin.Webhooks.ListDeliveriesAsync(session.Value(Id), stop)
            .Where(one => !session.Value(Failed) || one.Status == "failed" || one.LastError is not null)
            .Take(session.Value(Limit)),
        new Listing("DELIVERY", "?CREATED", "SIGNAL", "?LICENSE", "STATUS", "?>TRIES", "?LAST"),
        (table, one) => table.Row(
            one.Id, Cells.Second(one.CreatedAt), one.Type, one.LicenseId, one.Status, Cells.Number(one.Attempts),
            one.LastError ?? one.LastStatus?.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        "There are no deliveries.",
        stop);

    private static void Show(Session session, Delivery delivery) => session.Screen.Answer(
        delivery, one => session.Screen.Say($"{one.Id} is on its way. See the result: meter webhook deliveries {session.Value(Id)}."));
}
