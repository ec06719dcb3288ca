using Metering.Api;
using Metering.Api.Tests.Webhooks;
using Metering.Server.Tests.Support;

namespace Metering.Server.Tests.Webhooks;

/// <summary>A clock that is wrong for a while, and what waits to be sent.</summary>
[Rule(11)]
public sealed class DispatcherClockTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly DataFolder _folder = new();
    private readonly SettableTime _time = new();
    private readonly MemoryOutbox _signals = new();
    private readonly WebhookOptions _options = new() { AllowPrivateAddresses = true };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(3_650)]
    [InlineData(-3_650)]
    public async Task A_clock_that_jumps_and_comes_back_disables_no_webhook_and_nothing_waits_for_it(int days)
    {
        var status = 500;
        await using var receiver = await Receiver.StartAsync(_ => status);
        using var run = await StartAsync(receiver.Url);
        _signals.Add("lic_a", 1, 2);
        await PumpAsync(run, TimeSpan.FromSeconds(10));

        _time.Jump(TimeSpan.FromDays(days));
        _signals.Add("lic_b", 1);
        await PumpAsync(run, TimeSpan.FromSeconds(30));
        _time.Jump(-TimeSpan.FromDays(days));
        await run.PumpAsync();
        Assert.Equal([3, 2], new[] { "lic_a.1.0", "lic_b.1.0" }.Select(id => receiver.Messages.Count(message => message.Id == id)));
        Assert.Null((await run.Store.FindAsync("whk_0", None))!.DisabledReason);

        status = 204;
        await PumpAsync(run, TimeSpan.FromMinutes(1));
        await run.PumpAsync();
        Assert.All(
            (await run.Store.DeliveriesAsync("whk_0", null, 10, None)).Items,
            delivery => Assert.Equal(DeliveryStatus.Delivered, delivery.Status));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(3_650)]
    public async Task What_was_tried_first_while_the_clock_was_wrong_is_given_up_when_its_hours_are_over(int days)
    {
        using var run = await StartAsync("http://127.0.0.1:9/dead");
        _signals.Add("lic_a", 1);
        _time.Jump(TimeSpan.FromDays(days));
        await run.PumpAsync();
        _time.Jump(-TimeSpan.FromDays(days));

        await HoursAsync(20);
        Assert.Null((await run.Store.FindAsync("whk_0", None))!.DisabledReason);

        await HoursAsync(10);
        Assert.Contains("24 hours", (await run.Store.FindAsync("whk_0", None))!.DisabledReason, StringComparison.Ordinal);

        async Task HoursAsync(int count)
        {
            for (var hour = 0; hour < count; hour++)
            {
                await PumpAsync(run, TimeSpan.FromHours(1));
            }
        }
    }

    [Fact]
    public async Task An_attempt_that_waits_long_behind_others_counts_with_all_of_that_time()
    {
        using var run = await StartAsync("http://127.0.0.1:9/dead");
        _signals.Add("lic_a", 1);
        await PumpAsync(run, TimeSpan.FromHours(30));

        await run.PumpAsync();

        Assert.Contains("24 hours", (await run.Store.FindAsync("whk_0", None))!.DisabledReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_an_attempt_that_could_not_be_kept_the_wait_is_as_long_whatever_the_clock_says()
    {
        await using var receiver = await Receiver.StartAsync(_ => 204);
        using var run = await StartAsync(receiver.Url);
        _signals.Add("lic_a", 1);
        DataFolder.Execute(File, "CREATE TRIGGER full BEFORE UPDATE ON delivery BEGIN SELECT RAISE(ABORT, 'the disk is full'); END");
        _time.Jump(TimeSpan.FromHours(1));
        await run.PumpAsync();

        _time.Jump(-TimeSpan.FromHours(1));
        DataFolder.Execute(File, "DROP TRIGGER full");
        _signals.Add("lic_b", 1);
        await PumpAsync(run, TimeSpan.FromSeconds(6));
        Assert.Single(receiver.Messages);

        await run.PumpAsync();
        Assert.Contains(receiver.Messages, message => message.Id == "lic_b.1.0");
    }

    [Fact]
    public async Task Ended_deliveries_are_forgotten_although_the_clock_was_wrong_once()
    {
        await using var receiver = await Receiver.StartAsync(_ => 204);
        using var run = await StartAsync(receiver.Url);
        _time.Jump(TimeSpan.FromDays(3_650));
        await run.PumpAsync();
        _time.Jump(-TimeSpan.FromDays(3_650));
        _signals.Add("lic_a", 1);

        await PumpAsync(run, TimeSpan.FromDays(_options.KeepDays + 1));
        Assert.Single((await run.Store.DeliveriesAsync("whk_0", null, 10, None)).Items);

        await run.PumpAsync();
        Assert.Empty((await run.Store.DeliveriesAsync("whk_0", null, 10, None)).Items);
    }

    private string File => Path.Combine(_folder.Path, "webhooks.db");

    private async Task PumpAsync(DispatcherRun run, TimeSpan pause)
    {
        await run.PumpAsync();
        _time.Advance(pause);
    }

    private async Task<DispatcherRun> StartAsync(string url)
    {
        var run = new DispatcherRun(File, _signals, _options, _time);
        var webhook = new Webhook { Id = "whk_0", Url = url, Secrets = [new WebhookSecret(run.Secret(0), null)], CreatedAt = _time.GetUtcNow() };
        await run.Store.AddAsync(webhook, None);
        return run;
    }
}
