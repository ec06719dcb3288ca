namespace Metering.Contracts;

/// <summary>What <see cref="IDeadLetters"/> promises.</summary>
[Rule(10)]
public abstract class DeadLettersContract(Func<ValueTask<PortsHost>> start) : PortContract<IDeadLetters>(start)
{
    [Fact]
    public async Task They_are_kept_as_they_came_and_found_by_id()
    {
        var letter = Letter(1) with { Detail = "\"calls\" has no license – ключ", Payload = new string('ü', 32 * 1024) };
        await Port.AddAsync([letter], None);

        Assert.Equal(letter, await Port.FindAsync(letter.Id, None));
        Assert.Equal(letter, await (await RestartAsync()).FindAsync(letter.Id, None));
        Assert.Null(await Port.FindAsync("dl_none", None));
    }

    [Fact]
    public async Task They_are_listed_oldest_first_part_by_part()
    {
        var letters = Enumerable.Range(0, 23).Select(Letter).ToList();
        await Port.AddAsync([.. letters.AsEnumerable().Reverse()], None);

        Assert.Equal(letters, await AllAsync(5, cursor => Port.ListAsync(DeadLetterKind.Any, cursor, 5, None)));
        Assert.Equal(letters, await AllAsync(23, cursor => Port.ListAsync(DeadLetterKind.Any, cursor, 23, None)));
        Assert.Null((await Port.ListAsync(DeadLetterKind.Any, null, 23, None)).NextCursor);
    }

    [Fact]
    public async Task What_is_there_already_is_not_kept_twice()
    {
        await Port.AddAsync([Letter(1), Letter(2)], None);
        await Port.AddAsync([Letter(2) with { Detail = "again" }, Letter(3)], None);

        Assert.Equal([Letter(1), Letter(2), Letter(3)], (await Port.ListAsync(DeadLetterKind.Any, null, 10, None)).Items);
    }

    [Fact]
    public async Task One_that_was_counted_is_forgotten_and_may_be_forgotten_again()
    {
        await Port.AddAsync([Letter(1), Letter(2)], None);

        await Port.RemoveAsync(Letter(1).Id, None);
        await Port.RemoveAsync(Letter(1).Id, None);

        Assert.Null(await Port.FindAsync(Letter(1).Id, None));
        Assert.Equal([Letter(2)], (await (await RestartAsync()).ListAsync(DeadLetterKind.Any, null, 10, None)).Items);
    }

    [Fact]
    public async Task A_list_goes_on_behind_its_cursor_although_that_letter_is_gone()
    {
        await Port.AddAsync([.. Enumerable.Range(0, 4).Select(Letter)], None);
        var first = await Port.ListAsync(DeadLetterKind.Any, null, 2, None);

        await Port.RemoveAsync(first.Items[^1].Id, None);

        Assert.Equal([Letter(2), Letter(3)], (await Port.ListAsync(DeadLetterKind.Any, first.NextCursor, 2, None)).Items);
    }

    [Fact]
    public async Task They_are_listed_by_kind_part_by_part()
    {
        var (busy, of, on) = (
            Letter(1) with { Code = "busy" }, Letter(3) with { TenantId = "o'hara", Metric = "calls" },
            Letter(5) with { TenantId = "acme", Metric = "calls" });
        await Port.AddAsync([Letter(0), busy, Letter(2), of, Letter(4), on], None);

        Assert.Equal([busy], (await Port.ListAsync(new DeadLetterKind(Code: "busy"), null, 10, None)).Items);
        Assert.Equal([of], (await Port.ListAsync(new DeadLetterKind(TenantId: "o'hara", Metric: "calls"), null, 10, None)).Items);
        Assert.Equal([of, on], await AllAsync(1, cursor => Port.ListAsync(new DeadLetterKind(Metric: "calls"), cursor, 1, None)));
        Assert.Empty((await Port.ListAsync(new DeadLetterKind("busy", "acme"), null, 10, None)).Items);
    }

    [Fact]
    public async Task They_are_counted_up_to_a_number()
    {
        Assert.Equal(0, await Port.CountAsync(10, None));
        await Port.AddAsync([Letter(0), Letter(1), Letter(2)], None);

        Assert.Equal((2, 3, 3), (await Port.CountAsync(2, None), await Port.CountAsync(3, None), await Port.CountAsync(10, None)));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("?")]
    [InlineData("' or 1 eq 1")]
    public async Task A_cursor_that_the_list_did_not_give_is_refused(string cursor) =>
        await Assert.ThrowsAsync<FormatException>(async () => await Port.ListAsync(DeadLetterKind.Any, cursor, 10, None));

    private static DeadLetter Letter(int number) => new(
        $"dl_{number:D4}", Start.AddSeconds(number), "invalid_request", "The metric is not known.", $$"""{"event_id":"{{number}}"}""");
}
