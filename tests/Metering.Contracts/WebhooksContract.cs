namespace Metering.Contracts;

/// <summary>What <see cref="IWebhooks"/> promises.</summary>
[Rule(11)]
public abstract class WebhooksContract(Func<ValueTask<PortsHost>> start) : PortContract<IWebhooks>(start)
{
    [Fact]
    public async Task They_are_found_by_id_and_listed_oldest_first()
    {
        foreach (var number in new[] { 2, 0, 1 })
        {
            Assert.Equal(Hook(number).Id, (await Port.AddAsync(Hook(number), None))!.Id);
        }

        await NowAndAfterRestartAsync(async port =>
        {
            Assert.Equal(["whk_0", "whk_1", "whk_2"], (await port.ListAsync(None)).Select(webhook => webhook.Id));
            Assert.Equal(Hook(1).Url, (await port.FindAsync("whk_1", None))!.Url);
            Assert.Equal(Hook(1).Secrets.ToArray(), (await port.FindAsync("whk_1", None))!.Secrets.ToArray());
            Assert.Null(await port.FindAsync("whk_none", None));
        });
    }

    [Fact]
    public async Task One_that_is_there_already_stays_as_it_is()
    {
        await Port.AddAsync(Hook(0), None);

        var again = await Port.AddAsync(Hook(0) with { Url = "https://hooks.example.com/again" }, None);

        Assert.Equal(Hook(0).Url, again!.Url);
        Assert.Equal(Hook(0).Url, (await Port.FindAsync("whk_0", None))!.Url);
    }

    [Fact]
    public async Task There_are_no_more_than_a_host_keeps()
    {
        for (var number = 0; number < Webhook.MaxCount; number++)
        {
            Assert.NotNull(await Port.AddAsync(Hook(number), None));
        }

        Assert.Null(await Port.AddAsync(Hook(Webhook.MaxCount), None));
        Assert.NotNull(await Port.AddAsync(Hook(0), None));
        Assert.Equal(Webhook.MaxCount, (await Port.ListAsync(None)).Count);

        await Port.RemoveAsync("whk_0", None);
        Assert.NotNull(await Port.AddAsync(Hook(Webhook.MaxCount), None));
    }

    [Fact]
    public async Task A_change_answers_what_it_made_and_what_is_not_there_is_not_changed()
    {
        await Port.AddAsync(Hook(0), None);

        var changed = await Port.ChangeAsync("whk_0", webhook => webhook.Disable("gone", Start), None);
        var same = await Port.ChangeAsync("whk_0", webhook => webhook, None);

        Assert.Equal("gone", changed!.DisabledReason);
        Assert.Equal("gone", same!.DisabledReason);
        Assert.Equal("gone", (await (await RestartAsync()).FindAsync("whk_0", None))!.DisabledReason);
        Assert.Null(await Port.ChangeAsync("whk_none", webhook => webhook.Enable(), None));
    }

    [Fact]
    public async Task Of_changes_that_come_together_none_is_lost()
    {
        var writers = await InstancesAsync();
        await Port.AddAsync(Hook(0) with { Url = "" }, None);

        await TogetherAsync(writers.Length, async writer =>
        {
            for (var i = 0; i < 10; i++)
            {
                await writers[writer].ChangeAsync("whk_0", webhook => webhook with { Url = webhook.Url + (char)('0' + writer) }, None);
            }

            return writer;
        });

        var changed = (await Port.FindAsync("whk_0", None))!.Url;
        Assert.Equal((10, 10), (changed.Count(letter => letter == '0'), changed.Count(letter => letter == '1')));
    }

    [Fact]
    public async Task Deliveries_are_listed_newest_first_part_by_part_and_found_by_id()
    {
        await Port.AddAsync(Hook(0), None);
        await Port.AddAsync(Hook(1), None);
        var deliveries = Enumerable.Range(0, 11).Select(i => Message("whk_0", i)).ToList();
        foreach (var delivery in deliveries)
        {
            await Port.AddDeliveryAsync(delivery, None);
        }

        await Port.AddDeliveryAsync(Message("whk_1", 0), None);

        var listed = await AllAsync(4, cursor => Port.DeliveriesAsync("whk_0", cursor, 4, None));
        Assert.Equal(deliveries.AsEnumerable().Reverse(), listed);
        Assert.Null((await Port.DeliveriesAsync("whk_0", null, 11, None)).NextCursor);
        Assert.Equal(deliveries[3], await (await RestartAsync()).FindDeliveryAsync("whk_0", deliveries[3].Id, None));
        Assert.Null(await Port.FindDeliveryAsync("whk_1", deliveries[3].Id, None));
        Assert.Null(await Port.FindDeliveryAsync("whk_0", "no/such#id", None));
        Assert.Empty((await Port.DeliveriesAsync("whk_none", null, 4, None)).Items);
    }

    [Fact]
    public async Task A_delivery_that_is_added_again_stays_as_it_is()
    {
        await Port.AddAsync(Hook(0), None);
        var first = Message("whk_0", 0);
        await Port.AddDeliveryAsync(first, None);

        await Port.AddDeliveryAsync(first with { MessageId = "msg_other", CreatedAt = first.CreatedAt.AddSeconds(1) }, None);

        Assert.Equal([first], (await (await RestartAsync()).DeliveriesAsync("whk_0", null, 10, None)).Items);
        Assert.Equal(1, await Port.CountWaitingAsync("whk_0", 10, None));
    }

    [Fact]
    public async Task What_waits_for_a_webhook_is_counted_up_to_a_number()
    {
        await Port.AddAsync(Hook(0), None);
        await Port.AddAsync(Hook(1), None);
        for (var number = 0; number < 3; number++)
        {
            await Port.AddDeliveryAsync(Message("whk_0", number), None);
        }

        Assert.Equal((2, 3), (await Port.CountWaitingAsync("whk_0", 2, None), await Port.CountWaitingAsync("whk_0", 10, None)));
        Assert.Equal((0, 0), (await Port.CountWaitingAsync("whk_1", 10, None), await Port.CountWaitingAsync("whk_none", 10, None)));
    }

    [Fact]
    public async Task A_webhook_that_is_forgotten_takes_its_deliveries_along_and_no_others()
    {
        await Port.AddAsync(Hook(0), None);
        await Port.AddAsync(Hook(1), None);
        var (gone, kept) = (Message("whk_0", 0), Message("whk_1", 1));
        await Port.AddDeliveryAsync(gone, None);
        await Port.AddDeliveryAsync(kept, None);

        await Port.RemoveAsync("whk_0", None);
        await Port.RemoveAsync("whk_0", None);

        Assert.Equal(["whk_1"], (await (await RestartAsync()).ListAsync(None)).Select(webhook => webhook.Id));
        Assert.Empty((await Port.DeliveriesAsync("whk_0", null, 10, None)).Items);
        Assert.Null(await Port.FindDeliveryAsync("whk_0", gone.Id, None));
        Assert.Equal([kept], (await Port.DeliveriesAsync("whk_1", null, 10, None)).Items);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("-1")]
    [InlineData("' or 1 eq 1")]
    public async Task A_cursor_that_the_list_did_not_give_is_refused(string cursor)
    {
        await Port.AddAsync(Hook(0), None);

        await Assert.ThrowsAsync<FormatException>(async () => await Port.DeliveriesAsync("whk_0", cursor, 10, None));
    }

    private static Webhook Hook(int number) => new()
    {
        Id = $"whk_{number}",
        Url = $"https://hooks.example.com/{number}",
        Secrets = [new WebhookSecret($"whsec_{number}", null)],
        CreatedAt = Start.AddSeconds(number),
    };

    private static Delivery Message(string webhook, int number) => new()
    {
        Id = $"dlv_{Guid.CreateVersion7(Start.AddSeconds(number)):N}",
        WebhookId = webhook,
        MessageId = $"msg_{number}",
        Type = "test",
        LicenseId = "lic_a",
        Body = $$"""{"number":{{number}}}""",
        CreatedAt = Start.AddSeconds(number),
        NextAttemptAt = Start.AddSeconds(number),
    };
}
