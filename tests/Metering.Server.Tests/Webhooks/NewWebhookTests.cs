using Metering.Api;
using Metering.Api.Tests.Webhooks;

namespace Metering.Server.Tests.Webhooks;

[Rule(11)]
public sealed class NewWebhookTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("webhooks").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_webhook_gets_nothing_from_before_it_was_made_and_a_change_of_it_makes_no_difference()
    {
        await using var receiver = await Receiver.StartAsync(_ => 204);
        var signals = new MemoryOutbox();
        using var run = new DispatcherRun(
            Path.Combine(_directory, "webhooks.db"), signals, new WebhookOptions { AllowPrivateAddresses = true }, new SettableTime());
        signals.Add("lic_a", 1, 2);
        var webhook = new Webhook { Id = "whk_0", Url = receiver.Url, Secrets = [new WebhookSecret(run.Secret(0), null)] };
        await run.Store.AddAsync(webhook, CancellationToken.None);
        signals.Add("lic_a", 3);
        await run.Store.ChangeAsync(webhook.Id, known => known with { ChangedBy = "x" }, CancellationToken.None);

        await run.PumpAsync();

        Assert.Equal("lic_a.3.0", Assert.Single(receiver.Messages).Id);
    }
}
