using Metering.Client.Tests.Support;

namespace Metering.Client.Tests;

/// <summary>Licensed software against the real server.</summary>
public sealed class MeteringClientTests(Meter meter) : IClassFixture<Meter>, IDisposable
{
    private readonly Wire _wire = new();

    [Fact]
    public async Task Clients_of_several_licenses_share_connections_and_outlive_each_other()
    {
        var (one, other) = (await meter.LicenseAsync(), await meter.LicenseAsync());
        using var clients = new MeteringClients(new MeteringClientsOptions { Address = meter.Address });
        await using (var first = clients.Of(one.Key))
        {
            Assert.True((await first.ConsumeAsync("calls", 2)).Allowed);
        }

        Assert.True((await clients.Of(other.Key).ConsumeAsync("calls", 3)).Allowed);
        Assert.Equal((2, 3), (await meter.UsedAsync(one), await meter.UsedAsync(other)));
        Assert.Throws<ArgumentException>(() => clients.Of("lk_with a space"));
        Assert.Throws<ArgumentException>(() => clients.Of("lk_\r\nHost: elsewhere"));
    }

    [Fact]
    public async Task A_consume_is_counted_and_a_refusal_is_an_answer()
    {
        var license = await meter.LicenseAsync();
        await using var client = Client(license);

        var counted = await client.ConsumeAsync("calls", 8, new UseDetails { UserId = "ada" });
        var refused = await client.ConsumeAsync("calls", 3);
        var partly = await client.ConsumeAsync("calls", 3, new UseDetails { AllowPartial = true });

        Assert.Equal((true, 8m, 10m, 2m), (counted.Allowed, counted.Used, counted.Limit, counted.Remaining));
        Assert.Null(counted.Refusal);
        Assert.NotNull(counted.Period!.End);
        Assert.Equal((false, RefusalCodes.QuotaExceeded, 8m), (refused.Allowed, refused.Refusal!.Code, refused.Used));
        Assert.Equal((true, 2m), (partly.Allowed, partly.Amount));
        Assert.Equal(10, await meter.UsedAsync(license));
    }

    [Fact]
    public async Task A_check_says_what_a_consume_would_answer()
    {
        await using var client = Client(await meter.LicenseAsync());

        var yes = await client.CheckAsync("calls", 10);
        var no = await client.CheckAsync("calls", 11);
        var absent = await client.CheckAsync("pro");

        Assert.True(yes.Allowed);
        Assert.Equal((false, RefusalCodes.QuotaExceeded, UsagePolicy.Deny), (no.Allowed, no.Refusal!.Code, no.Policy));
        Assert.Equal((false, RefusalCodes.FeatureNotAssigned), (absent.Allowed, absent.Refusal!.Code));
    }

    [Fact]
    public async Task A_call_whose_answer_is_lost_is_sent_again_with_the_same_key_and_counts_once()
    {
        var license = await meter.LicenseAsync();
        await using var client = Client(license);
        _wire.LoseAnswers(2);

        var answer = await client.ConsumeAsync("calls", 4);

        Assert.Equal((true, true, 4m), (answer.Allowed, answer.Replayed, answer.Used));
        Assert.Equal(3, _wire.Sent);
        Assert.Equal(4, await meter.UsedAsync(license));
    }

    [Fact]
    public async Task Without_a_queue_an_absent_meter_is_an_exception_and_nothing_is_counted()
    {
        var license = await meter.LicenseAsync();
        await using var client = Client(license);
        _wire.Cut = true;

        var away = await Assert.ThrowsAsync<MeteringUnavailableException>(() => client.ConsumeAsync("calls"));
        await Assert.ThrowsAsync<MeteringUnavailableException>(() => client.ReportAsync("calls"));
        await Assert.ThrowsAsync<MeteringUnavailableException>(() => client.ValidateAsync());

        Assert.Contains("can't be reached: The wire is cut.", away.Message, StringComparison.Ordinal);
        Assert.Equal(0, await meter.UsedAsync(license));
    }

    [Fact]
    public async Task What_is_wrong_with_a_request_is_told_with_its_fields()
    {
        var license = await meter.LicenseAsync();
        await using var client = Client(license);
        await using var stranger = Client(license with { Key = "lk_of_nobody" });

        var amount = await Assert.ThrowsAsync<MeteringProblemException>(() => client.ConsumeAsync("calls", -1));
        var key = await Assert.ThrowsAsync<MeteringProblemException>(() => stranger.ConsumeAsync("calls"));
        var reused = new UseDetails { IdempotencyKey = "one" };
        await client.ConsumeAsync("calls", 1, reused);
        var other = await Assert.ThrowsAsync<MeteringProblemException>(() => client.ConsumeAsync("calls", 2, reused));

        Assert.Equal(("invalid_request", 400, "/amount"), (amount.Code, amount.Status, Assert.Single(amount.Fields).Pointer));
        Assert.Contains("/amount", amount.Message, StringComparison.Ordinal);
        Assert.Equal(("unauthenticated", 401), (key.Code, key.Status));
        Assert.Equal(("idempotency_key_reused", 422), (other.Code, other.Status));
    }

    [Fact]
    public async Task A_reservation_is_settled_with_the_true_amount_or_given_back()
    {
        var license = await meter.LicenseAsync();
        await using var client = Client(license);

        await using (var settled = await client.ReserveAsync("calls", 6, TimeSpan.FromMinutes(5)))
        {
            Assert.True(settled.Answer.Allowed);
            Assert.Equal(6, (await client.CheckAsync("calls")).Held);
            Assert.Equal(4, (await settled.CommitAsync(4)).Used);
        }

        await using (await client.ReserveAsync("calls", 6, TimeSpan.FromMinutes(5)))
        {
            await using var refused = await client.ReserveAsync("calls", 6, TimeSpan.FromMinutes(5));
            Assert.Equal((false, RefusalCodes.QuotaExceeded), (refused.Answer.Allowed, refused.Answer.Refusal!.Code));
            await Assert.ThrowsAsync<InvalidOperationException>(() => refused.CommitAsync());
        }

        var left = await client.CheckAsync("calls");
        Assert.Equal((4m, 0m), (left.Used, left.Held));
    }

    [Fact]
    public async Task Validation_machines_and_usage_are_as_the_server_has_them()
    {
        var license = await meter.LicenseAsync("acme");
        await using var client = Client(license);

        var validation = await client.ValidateAsync();
        var machine = await client.SetMachineAsync("ma/ch", 6, "build");
        var tooMany = await Assert.ThrowsAsync<MeteringProblemException>(() => client.SetMachineAsync("other", 3));
        await client.RemoveMachineAsync("ma/ch");
        var usage = await client.GetUsageAsync();

        Assert.Equal((true, "valid"), (validation.Valid, validation.Code));
        Assert.Equal((license.Id, "acme"), (validation.License.Id, validation.License.TenantId));
        Assert.Equal((6m, 6m, 8m), (machine.Cores, machine.TotalCores, machine.MaxCores));
        Assert.Equal(("quota_exceeded", 403), (tooMany.Code, tooMany.Status));
        Assert.Equal(10, usage.Features.Single(feature => feature.FeatureCode == "calls").Limit);
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    public async Task A_fingerprint_can_not_reach_another_path(string fingerprint)
    {
        await using var client = Client(await meter.LicenseAsync());

        var removed = await Assert.ThrowsAsync<ArgumentException>(() => client.RemoveMachineAsync(fingerprint));
        var set = await Assert.ThrowsAsync<ArgumentException>(() => client.SetMachineAsync(fingerprint, 1));

        Assert.Equal(("fingerprint", "fingerprint"), (removed.ParamName, set.ParamName));
    }

    [Fact]
    public void Options_that_cannot_be_used_are_named()
    {
        Assert.Equal("Address", Refused(options => options.Address = null));
        Assert.Equal("Address", Refused(options => options.Address = new Uri("ftp://meter")));
        Assert.Equal("LicenseKey", Refused(options => options.LicenseKey = " "));
        Assert.Equal("MaxRetries", Refused(options => options.MaxRetries = 11));
        Assert.Equal("OfflineLimit", Refused(options => options.OfflineLimit = 1));

        string Refused(Action<MeteringClientOptions> change)
        {
            var options = new MeteringClientOptions { Address = meter.Address, LicenseKey = "lk_any" };
            change(options);
            return Assert.Throws<ArgumentException>(() => new MeteringClient(options)).ParamName!;
        }
    }

    public void Dispose() => _wire.Dispose();

    private MeteringClient Client(TestLicense license) => new(
        new MeteringClientOptions { Address = meter.Address, LicenseKey = license.Key },
        MeterHttp.NewHttp(TimeSpan.FromSeconds(30), maxRetries: 2, _wire), TimeProvider.System, log: null);
}
