using System.Collections.Immutable;

namespace Metering.Contracts;

/// <summary>What <see cref="ILicenseMeters"/> promises: one writer for each license, once, and durable before the answer.</summary>
public abstract class LicenseMetersContract(Func<ValueTask<PortsHost>> start) : PortContract<ILicenseMeters>(start)
{
    // Of a limit of 10: counted, refused, a repeat, a key that is used again, counted.
    private static readonly ImmutableArray<RequestedCommand> AllKinds =
    [
        new(Commands.Consume(4), Once.ByKey("a", "body")),
        new(Commands.Consume(7), Once.ByKey("b", "body")),
        new(Commands.Consume(4), Once.ByKey("a", "body")),
        new(Commands.Consume(4), Once.ByKey("a", "another")),
        new(Commands.Consume(5), Once.ByKey("c", "body")),
    ];

    [Fact]
    public async Task A_license_that_was_not_opened_is_not_found_and_has_no_state()
    {
        Assert.Equal(ApplyStatus.LicenseNotFound, (await Port.ApplyAsync("lic_none", Commands.Consume(), Once.ByKey("k", "body"))).Status);
        Assert.Null(await Port.ReadAsync("lic_none", None));
    }

    [Fact]
    [Rule(9)]
    public async Task What_an_answer_says_is_read_at_once_and_is_there_after_a_new_start()
    {
        await Port.OpenAsync("lic_a");
        var answer = (UsageAnswer)(await Port.ApplyAsync("lic_a", Commands.Consume(7))).Answer!;

        Assert.Equal((true, 7m), (answer.Allowed, answer.Used));
        Assert.Equal(7, await Port.UsedAsync("lic_a"));
        Assert.Equal(7, await (await RestartAsync()).UsedAsync("lic_a"));
    }

    [Fact]
    [Rule(8)]
    public async Task A_repeat_gets_the_first_answer_also_after_a_new_start()
    {
        await Port.OpenAsync("lic_a", limit: 5);
        var first = await Port.ApplyAsync("lic_a", Commands.Consume(5), Once.ByKey("k", "body"));

        await NowAndAfterRestartAsync(async port =>
        {
            var repeat = await port.ApplyAsync("lic_a", Commands.Consume(5), Once.ByKey("k", "body"));
            Assert.Equal(ApplyStatus.Replayed, repeat.Status);
            Assert.Equal(first.Answer, repeat.Answer);
            Assert.Equal(5, await port.UsedAsync("lic_a"));
        });
    }

    [Fact]
    [Rule(8)]
    public async Task A_key_with_another_body_is_refused_and_counts_nothing()
    {
        await Port.OpenAsync("lic_a");
        await Port.ApplyAsync("lic_a", Commands.Consume(2), Once.ByKey("k", "body"));

        Assert.Equal(ApplyStatus.KeyReused, (await Port.ApplyAsync("lic_a", Commands.Consume(3), Once.ByKey("k", "another"))).Status);
        Assert.Equal(2, await Port.UsedAsync("lic_a"));
    }

    [Fact]
    [Rule(8)]
    public async Task An_event_counts_once_with_whatever_key_and_an_event_id_is_no_key()
    {
        await Port.OpenAsync("lic_a");
        await Port.ApplyAsync("lic_a", Commands.Consume(2, eventId: "same"), Once.ByEvent("same"));

        Assert.Equal(
            ApplyStatus.Replayed,
            (await Port.ApplyAsync("lic_a", Commands.Consume(2, eventId: "same"), Once.ByKey("k", "body", "same"))).Status);
        Assert.Equal(ApplyStatus.Applied, (await Port.ApplyAsync("lic_a", Commands.Consume(2), Once.ByKey("same", "body"))).Status);
        Assert.Equal(4, await Port.UsedAsync("lic_a"));
    }

    [Fact]
    [Rule(8)]
    public async Task Licenses_do_not_share_keys()
    {
        await Port.OpenAsync("lic_a");
        await Port.OpenAsync("lic_b");
        await Port.ApplyAsync("lic_a", Commands.Consume(2), Once.ByKey("k", "body"));

        Assert.Equal(ApplyStatus.Applied, (await Port.ApplyAsync("lic_b", Commands.Consume(3), Once.ByKey("k", "body"))).Status);
        Assert.Equal(3, await Port.UsedAsync("lic_b"));
    }

    [Fact]
    [Rule(8)]
    public async Task What_was_refused_is_not_remembered()
    {
        await Port.OpenAsync("lic_a", limit: 5);
        var refused = await Port.ApplyAsync("lic_a", Commands.Consume(6), Once.ByKey("k", "body"));
        Assert.IsType<Refusal>(refused.Answer);

        await Port.ApplyAsync("lic_a", new AddGrant { FeatureCode = Commands.Calls, Amount = 1 });
        var again = await Port.ApplyAsync("lic_a", Commands.Consume(6), Once.ByKey("k", "body"));

        Assert.Equal(ApplyStatus.Applied, again.Status);
        Assert.Equal(6, await Port.UsedAsync("lic_a"));
    }

    [Fact]
    [Rule(8)]
    public async Task The_same_key_sent_many_times_at_once_counts_once()
    {
        await Port.OpenAsync("lic_a");
        var ports = await InstancesAsync();

        var results = await TogetherAsync(
            12, i => ports[i % ports.Length].ApplyAsync("lic_a", Commands.Consume(2), Once.ByKey("k", "body")));

        Assert.Single(results, result => result.Status == ApplyStatus.Applied);
        Assert.Equal(11, results.Count(result => result.Status == ApplyStatus.Replayed));
        Assert.Single(results.Select(result => result.Answer).Distinct());
        Assert.Equal(2, await Port.UsedAsync("lic_a"));
    }

    [Fact]
    [Rule(4)]
    public async Task Many_at_once_never_get_more_than_there_is()
    {
        await Port.OpenAsync("lic_a", limit: 30);
        var ports = await InstancesAsync();

        var results = await TogetherAsync(
            24, i => ports[i % ports.Length].ApplyAsync("lic_a", Commands.Consume(2), Once.ByKey($"k{i}", "body")));

        Assert.Equal(15, results.Count(result => result.Answer is UsageAnswer { Allowed: true }));
        Assert.Equal(30, await Port.UsedAsync("lic_a"));
    }

    [Fact]
    [Rule(8)]
    public async Task A_list_is_applied_in_its_order_and_each_command_has_its_own_result()
    {
        await Port.OpenAsync("lic_a", limit: 10);

        var results = await Port.ApplyAsync("lic_a", AllKinds, None);

        Assert.Equal(
            [
                (ApplyStatus.Applied, 4m), (ApplyStatus.Applied, null), (ApplyStatus.Replayed, 4m), (ApplyStatus.KeyReused, null),
                (ApplyStatus.Applied, 9m),
            ],
            results.Select(result => (result.Status, (result.Answer as UsageAnswer)?.Used)));
        Assert.IsType<Refusal>(results[1].Answer);
        Assert.Equal(9, await Port.UsedAsync("lic_a"));
    }

    [Fact]
    [Rule(9)]
    public async Task A_list_that_is_repeated_counts_nothing_twice_also_after_a_new_start()
    {
        await Port.OpenAsync("lic_a", limit: 10);
        await Port.ApplyAsync("lic_a", AllKinds, None);

        await NowAndAfterRestartAsync(async port =>
        {
            var results = await port.ApplyAsync("lic_a", AllKinds, None);
            Assert.Equal(
                [ApplyStatus.Replayed, ApplyStatus.Applied, ApplyStatus.Replayed, ApplyStatus.KeyReused, ApplyStatus.Replayed],
                results.Select(result => result.Status));
            Assert.Equal(9, await port.UsedAsync("lic_a"));
        });
    }

    [Fact]
    public async Task Several_states_are_read_in_the_order_of_their_ids_and_none_where_there_is_none()
    {
        await Port.OpenAsync("lic_a", limit: 10);
        await Port.OpenAsync("lic_b", limit: 10);
        await Port.ApplyAsync("lic_b", Commands.Consume(), null, None);

        await NowAndAfterRestartAsync(async port =>
        {
            var states = await port.ReadManyAsync(["lic_b", "lic_none", "lic_a"], None);

            Assert.Equal(["lic_b", null, "lic_a"], states.Select(state => state?.LicenseId));
            Assert.Equal(1, states[0]!.FindMeter(Commands.Calls)!.Used);
            Assert.Empty(await port.ReadManyAsync([], None));
        });
    }

    [Fact]
    public async Task A_list_may_be_as_long_as_the_maximum_and_no_longer_and_may_be_empty()
    {
        await Port.OpenAsync("lic_a", limit: ILicenseMeters.MaxCommands);
        var command = new RequestedCommand(Commands.Consume(), null);

        var results = await Port.ApplyAsync("lic_a", [.. Enumerable.Repeat(command, ILicenseMeters.MaxCommands)], None);

        Assert.Equal(
            Enumerable.Range(1, ILicenseMeters.MaxCommands).Select(i => (decimal?)i),
            results.Select(result => (result.Answer as UsageAnswer)?.Used));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () =>
            await Port.ApplyAsync("lic_a", [.. Enumerable.Repeat(command, ILicenseMeters.MaxCommands + 1)], None));
        Assert.Empty(await Port.ApplyAsync("lic_a", [], None));
        Assert.Equal(ILicenseMeters.MaxCommands, await Port.UsedAsync("lic_a"));
    }

    [Fact]
    public async Task A_list_for_a_license_that_was_not_opened_says_so_for_each_command_until_one_opens_it()
    {
        var results = await Port.ApplyAsync(
            "lic_a", [new(Commands.Consume(), null), new(Commands.Open("lic_a"), null), new(Commands.Consume(), null)], None);

        Assert.Equal(
            [ApplyStatus.LicenseNotFound, ApplyStatus.Applied, ApplyStatus.Applied], results.Select(result => result.Status));
        Assert.Equal(1, await Port.UsedAsync("lic_a"));
    }

    [Fact]
    [Rule(4)]
    public async Task Lists_at_once_never_get_more_than_there_is()
    {
        await Port.OpenAsync("lic_a", limit: 30);
        var ports = await InstancesAsync();

        var results = await TogetherAsync(6, i => ports[i % ports.Length].ApplyAsync(
            "lic_a",
            [.. Enumerable.Range(0, 10).Select(j => new RequestedCommand(Commands.Consume(), Once.ByKey($"k{i}-{j}", "body")))],
            None));

        Assert.Equal(30, results.Sum(list => list.Count(result => result.Answer is UsageAnswer { Allowed: true })));
        Assert.Equal(30, await Port.UsedAsync("lic_a"));
    }

    [Fact]
    public async Task Cancelling_stops_the_wait_and_the_key_tells_what_became_of_the_command()
    {
        await Port.OpenAsync("lic_a");
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        var waited = await Record.ExceptionAsync(async () =>
            await Port.ApplyAsync("lic_a", Commands.Consume(2), Once.ByKey("k", "body"), cancelled.Token));
        var repeat = await Port.ApplyAsync("lic_a", Commands.Consume(2), Once.ByKey("k", "body"));

        Assert.True(waited is null or OperationCanceledException, $"{waited}");
        Assert.True(repeat.Answer is UsageAnswer { Allowed: true, Used: 2 }, $"{repeat}");
        Assert.Equal(2, await Port.UsedAsync("lic_a"));
    }

    [Fact]
    [Rule(2)]
    public async Task A_clock_that_is_set_back_does_not_set_a_license_back()
    {
        await Host.SetTimeAsync(Start);
        await Port.OpenAsync("lic_a");
        await Host.SetTimeAsync(Start.AddDays(-40));

        await Port.ApplyAsync("lic_a", Commands.Consume(2));

        Assert.Equal(Start, (await Port.ReadAsync("lic_a", None))!.LastSeen);
    }
}
