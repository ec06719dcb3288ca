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
    private static readonly Option<bool> Yes = new("--yes", "-y") { Description = "Don't ask." };
    private static readonly Option<bool> Failed = new("--failed") { Description = "Only those that failed." };
    private static readonly Option<int> Limit = new("--limit", "-n") { Description = "Most deliveries.", DefaultValueFactory = _ => 50 };
    private static readonly Option<string> Key = new("--idempotency-key") { Description = "With the same key it is made once.", HelpName = "key" };

    public static Command Create() => new Command("webhook", "Who is told of signals, and what became of each message.").With(
        new Command("list", "Lists webhooks.").Does((session, stop) => session.Screen.ListAsync(
            session.Admin.Webhooks.ListAsync(stop),
            new Listing("WEBHOOK", "ADDRESS", "?SIGNALS", "STATUS"),
            (table, one) => table.Row(
                one.Id, one.Url, one.Events.Count == 0 ? "all" : string.Join(",", one.Events),
                one.Enabled ? "enabled" : $"disabled: {one.DisabledReason}"),
            "There are no webhooks.",
            stop)),
        new Command("add", "Makes a webhook, and shows the secret that signs, once.").With(Url, Signals, Key).Does(AddAsync),
        new Command("test", "Sends a webhook a message to try it out.").With(Id).Does(async (session, stop) =>
            Show(session, await session.Admin.Webhooks.TestAsync(session.Value(Id), stop).ConfigureAwait(false))),
        new Command("enable", "Starts deliveries to a disabled webhook again.").With(Id).Does((session, stop) => ChangeAsync(session, enabled: true, stop)),
        new Command("disable", "Stops deliveries to a webhook.").With(Id).Does((session, stop) => ChangeAsync(session, enabled: false, stop)),
        new Command("remove", "Removes a webhook; what waits for it is not delivered.").With(Id, Yes).Does(RemoveAsync),
        new Command("deliveries", "Lists what was sent to a webhook and what came of it, the newest first.").With(Id, Failed, Limit).Does(DeliveriesAsync),
        new Command("redeliver", "Sends a message once more. The receiver knows it by its id.").With(Id, Delivery).Does(
            async (session, stop) => Show(session, await session.Admin.Webhooks.RedeliverAsync(
                session.Value(Id), session.Value(Delivery), stop).ConfigureAwait(false))),
        ListenCommand.Create());

    private static async Task AddAsync(Session session, CancellationToken stop)
    {
        var made = await session.Admin.Webhooks.CreateAsync(
            new WebhookChange { Url = session.Value(Url), Events = session.Value(Signals) ?? [] }, session.Value(Key), stop)
            .ConfigureAwait(false);
        session.Screen.Answer(made, one =>
        {
            session.Screen.Note($"{one.Id} is told from now on. The secret that signs is shown this once:");
            session.Screen.Say(one.Secret ?? "It was shown when it was made.");
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
        session.Confirm(session.Value(Yes), $"What waits for {id} is not delivered then. Remove it?");
        await session.Admin.Webhooks.DeleteAsync(id, stop).ConfigureAwait(false);
        session.Screen.Answer(new { id, status = "removed" }, _ => session.Screen.Say($"Removed {id}."));
    }

    private static Task DeliveriesAsync(Session session, CancellationToken stop) => session.Screen.ListAsync(
        session.Admin.Webhooks.ListDeliveriesAsync(session.Value(Id), stop)
            .Where(one => !session.Value(Failed) || one.Status == "failed" || one.LastError is not null)
            .Take(session.Value(Limit)),
        new Listing("DELIVERY", "?MADE", "SIGNAL", "?LICENSE", "STATUS", "?>TRIES", "?LAST"),
        (table, one) => table.Row(
            one.Id, Cells.Second(one.CreatedAt), one.Type, one.LicenseId, one.Status, Cells.Number(one.Attempts),
            one.LastError ?? one.LastStatus?.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        "Nothing was sent.",
        stop);

    private static void Show(Session session, Delivery delivery) => session.Screen.Answer(
        delivery, one => session.Screen.Say($"{one.Id} is on its way. See what comes of it: meter webhook deliveries {session.Value(Id)}."));
}
