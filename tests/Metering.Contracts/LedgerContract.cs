namespace Metering.Contracts;

/// <summary>What <see cref="ILedger"/> promises.</summary>
[Rule(9)]
public abstract class LedgerContract(Func<ValueTask<PortsHost>> start) : PortContract<ILedger>(start)
{
    private static readonly LedgerQuery Everything = new(null, null, null, null, Page<LedgerEntry>.MaxSize);

    private ILicenseMeters Meters => Host.Get<ILicenseMeters>();

    [Fact]
    public async Task What_an_answer_says_was_counted_is_read_at_once_and_again()
    {
        await Meters.OpenAsync("lic_a");
        for (var i = 1; i <= 5; i++)
        {
            await Meters.ApplyAsync("lic_a", Commands.Consume(i), Once.ByKey($"key-{i}", "body"));

            var page = await Port.EntriesAsync("lic_a", Everything, None);

            Assert.Equal(Enumerable.Range(1, i + 1).Select(number => (long)number), page.Items.Select(entry => entry.Sequence));
            Assert.Equal(($"key-{i}", (decimal)i), (page.Items[^1].IdempotencyKey, page.Items[^1].Amount));
        }

        var again = await (await RestartAsync()).EntriesAsync("lic_a", Everything, None);
        Assert.Equal((await Port.EntriesAsync("lic_a", Everything, None)).Items, again.Items);
    }

    [Fact]
    public async Task Parts_follow_one_another_in_the_order_of_numbers_without_gaps()
    {
        await HistoryAsync();

        var parts = await AllAsync(7, cursor => Port.EntriesAsync("lic_a", Everything with { Cursor = cursor, Limit = 7 }, None));

        Assert.Equal(Enumerable.Range(1, 21).Select(number => (long)number), parts.Select(entry => entry.Sequence));
        Assert.Null((await Port.EntriesAsync("lic_a", Everything with { Limit = 21 }, None)).NextCursor);
        Assert.Equal(20, (await Port.EntriesAsync("lic_a", Everything with { Limit = 20 }, None)).Items.Count);
    }

    [Fact]
    public async Task Times_limit_what_is_read_from_inclusive_and_to_exclusive()
    {
        await HistoryAsync();

        var page = await Port.EntriesAsync("lic_a", Everything with { From = Start.AddMinutes(5), To = Start.AddMinutes(8) }, None);

        Assert.Equal([5, 6, 7], page.Items.Select(entry => (entry.At - Start).TotalMinutes));
        Assert.Empty((await Port.EntriesAsync("lic_a", Everything with { From = Start.AddDays(1) }, None)).Items);
        Assert.Empty((await Port.EntriesAsync("lic_a", Everything with { To = Start }, None)).Items);
    }

    [Fact]
    public async Task A_feature_limits_what_is_read_part_by_part()
    {
        await HistoryAsync();

        var jobs = await AllAsync(
            3, cursor => Port.EntriesAsync("lic_a", Everything with { FeatureCode = "jobs", Cursor = cursor, Limit = 3 }, None));

        Assert.Equal(10, jobs.Count);
        Assert.All(jobs, entry => Assert.Equal("jobs", entry.FeatureCode));
        Assert.Empty((await Port.EntriesAsync("lic_a", Everything with { FeatureCode = "job" }, None)).Items);
    }

    [Fact]
    public async Task A_balance_has_a_ledger_of_its_own()
    {
        await Meters.OpenAsync("lic_a");
        foreach (var unit in new[] { "USD", "credits" })
        {
            await Meters.ApplyAsync("lic_a", new OpenBalance { Unit = unit });
            await Meters.ApplyAsync("lic_a", new ChangeBalance { Unit = unit, Change = BalanceChange.TopUp, Amount = 5 });
        }

        await Meters.ApplyAsync("lic_a", Commands.Consume());
        var credits = (await Port.EntriesAsync("lic_a", Everything with { BalanceUnit = "credits" }, None)).Items;

        Assert.NotEmpty(credits);
        Assert.All(credits, entry => Assert.Equal("credits", entry.Unit));
        Assert.Equal(5, credits[^1].BalanceAfter);
        Assert.Empty((await Port.EntriesAsync("lic_a", Everything with { BalanceUnit = "EUR" }, None)).Items);
    }

    [Theory]
    [InlineData("!")]
    [InlineData("bm9udW1iZXI")]
    [InlineData("' or 1 eq 1")]
    public async Task A_cursor_that_the_list_did_not_give_is_refused(string cursor)
    {
        await Meters.OpenAsync("lic_a");

        await Assert.ThrowsAsync<FormatException>(
            async () => await Port.EntriesAsync("lic_a", Everything with { Cursor = cursor }, None));
    }

    [Fact]
    public async Task Rollups_hold_closed_and_open_days_in_the_order_of_day_and_feature()
    {
        await Host.SetTimeAsync(Start);
        await Meters.OpenAsync("lic_a");
        for (var day = 0; day < 6; day++)
        {
            await Host.SetTimeAsync(Start.AddDays(day));
            await Meters.ApplyAsync("lic_a", Commands.Consume(day + 1, "jobs"));
            await Meters.ApplyAsync("lic_a", Commands.Consume(day + 1));
        }

        var rollups = await Port.RollupsAsync("lic_a", new DateOnly(2026, 3, 11), new DateOnly(2026, 3, 15), None);

        Assert.Equal(
            from day in Enumerable.Range(11, 5)
            from feature in new[] { "calls", "jobs" }
            select (day, feature, day - 9m),
            rollups.Select(day => (day.Rollup.Day.Day, day.FeatureCode, day.Rollup.Sum)));
        Assert.Empty(await Port.RollupsAsync("lic_a", new DateOnly(2026, 3, 15), new DateOnly(2026, 3, 11), None));
        Assert.Equal(
            rollups, await (await RestartAsync()).RollupsAsync("lic_a", new DateOnly(2026, 3, 11), new DateOnly(2026, 3, 15), None));
    }

    [Fact]
    public async Task Closed_periods_are_told_in_the_order_of_end_and_feature_final_or_not()
    {
        await Host.SetTimeAsync(Start);
        await Meters.ApplyAsync("lic_a", Commands.Open("lic_a", reset: Interval.Day));
        for (var day = 0; day < 5; day++)
        {
            await Host.SetTimeAsync(Start.AddDays(day));
            await Meters.ApplyAsync("lic_a", Commands.Consume(day + 1, "jobs"));
            await Meters.ApplyAsync("lic_a", Commands.Consume(day + 1));
        }

        // Nobody touches a meter after this, and the last day's period ends and closes all the same.
        await Host.SetTimeAsync(Start.AddDays(5));
        var periods = (await Port.PeriodsAsync("lic_a", new PeriodQuery(Start, Start.AddDays(5)), None)).Items;

        Assert.Equal(
            from day in Enumerable.Range(1, 5)
            from feature in new[] { "calls", "jobs" }
            select (Start.AddDays(day), feature, (decimal)day),
            periods.Select(period => (period.Period.End!.Value, period.FeatureCode, period.Used)));
        Assert.Equal(
            periods.Select(period => period.Period.End <= Start.AddDays(4) ? PeriodStatus.Final : PeriodStatus.Closed),
            periods.Select(period => period.Status));
        Assert.All(periods, period => Assert.Equal(1_000, period.Limit));
        Assert.All(periods, period => Assert.Equal(period.Period.End == Start.AddDays(5), period.Sequence == 0));
        var again = await (await RestartAsync()).PeriodsAsync("lic_a", new PeriodQuery(Start.AddDays(1), Start.AddDays(3)), None);
        Assert.Equal(["calls 2", "jobs 2", "calls 3", "jobs 3"], again.Items.Select(period => $"{period.FeatureCode} {period.Used}"));
        Assert.Empty((await Port.PeriodsAsync("lic_a", new PeriodQuery(Start.AddDays(3), Start.AddDays(1)), None)).Items);
        await Assert.ThrowsAsync<FormatException>(
            async () => await Port.PeriodsAsync("lic_a", new PeriodQuery(Start, Start.AddDays(9), "bm9uZQ"), None));
    }

    [Fact]
    public async Task A_license_without_a_state_has_no_evidence()
    {
        Assert.Empty((await Port.PeriodsAsync("lic_none", new PeriodQuery(DateTimeOffset.MinValue, Start), None)).Items);
        Assert.Empty((await Port.EntriesAsync("lic_none", Everything, None)).Items);
        Assert.Empty(await Port.RollupsAsync("lic_none", DateOnly.MinValue, DateOnly.MaxValue.AddDays(-1), None));
    }

    // One entry of its opening, and ten of each feature, one a minute.
    private async Task HistoryAsync()
    {
        await Host.SetTimeAsync(Start);
        await Meters.OpenAsync("lic_a");
        for (var i = 1; i <= 20; i++)
        {
            await Host.SetTimeAsync(Start.AddMinutes(i));
            await Meters.ApplyAsync("lic_a", Commands.Consume(1, i % 2 == 0 ? "jobs" : Commands.Calls), Once.ByKey($"key-{i}", "body"));
        }
    }
}
