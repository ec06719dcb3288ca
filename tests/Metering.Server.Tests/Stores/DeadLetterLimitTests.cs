using Metering.Server.Stores;
using Metering.Server.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Metering.Server.Tests.Stores;

public sealed class DeadLetterLimitTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_tenant_with_more_than_its_share_of_a_full_list_gives_up_its_own_oldest_letters_first()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with { MaxDeadLetters = 100 });
        var letters = new SqliteDeadLetters(fixture.Engine, NullLogger<SqliteDeadLetters>.Instance);
        await letters.AddAsync([.. Of("quiet", 0, 50)], None);
        await letters.AddAsync([.. Of("loud", 100, 150)], None);
        await letters.AddAsync([.. Of("loud", 150, 190)], None);
        await letters.AddAsync([.. Of("loud", 190, 191)], None);

        Assert.Equal(Of("quiet", 0, 50), await AllAsync(letters, "quiet"));
        Assert.Equal(Of("loud", 141, 191), await AllAsync(letters, "loud"));

        // Whoever has less than a share, which is ten here, gets in: of the two that have more, the one with the older letters makes room.
        await letters.AddAsync([.. Of("new", 200, 206)], None);
        Assert.Equal(Of("quiet", 6, 50), await AllAsync(letters, "quiet"));
        Assert.Equal(Of("loud", 141, 191), await AllAsync(letters, "loud"));
        Assert.Equal(Of("new", 200, 206), await AllAsync(letters, "new"));
        Assert.Equal(100, await letters.CountAsync(1_000, None));
    }

    [Fact]
    public async Task A_tenant_that_filled_the_list_makes_room_for_others_until_it_has_a_share()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with { MaxDeadLetters = 100 });
        var letters = new SqliteDeadLetters(fixture.Engine, NullLogger<SqliteDeadLetters>.Instance);
        string[] early = [.. Enumerable.Range(0, 5).Select(i => $"early_{i}")];
        string[] late = [.. Enumerable.Range(0, 5).Select(i => $"late_{i}")];
        for (var i = 0; i < early.Length; i++)
        {
            await letters.AddAsync([.. Of(early[i], 10 * i, 10 * i + 10)], None);
        }

        for (var i = 100; i < 400; i += 10)
        {
            await letters.AddAsync([.. Of("flood", i, i + 10)], None);
        }

        Assert.Equal(Of("flood", 350, 400), await AllAsync(letters, "flood"));
        for (var i = 0; i < 45; i++)
        {
            await letters.AddAsync([.. Of(late[i % 5], 400 + i, 401 + i)], None);
        }

        // 40 of its 50 made room; after that, the oldest of all.
        Assert.Equal(Of("flood", 390, 400), await AllAsync(letters, "flood"));
        Assert.Equal(Of("early_0", 5, 10), await AllAsync(letters, "early_0"));
        foreach (var one in early.Skip(1))
        {
            Assert.Equal(10, (await AllAsync(letters, one)).Count);
        }

        foreach (var one in late)
        {
            Assert.Equal(9, (await AllAsync(letters, one)).Count);
        }
    }

    [Fact]
    public async Task A_tenant_that_filled_the_list_again_after_there_was_room_makes_room_again()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with { MaxDeadLetters = 100 });
        var letters = new SqliteDeadLetters(fixture.Engine, NullLogger<SqliteDeadLetters>.Instance);
        for (var i = 0; i < 10; i++)
        {
            await letters.AddAsync([.. Of($"tenant_{i}", 10 * i, 10 * i + 10)], None);
        }

        // Nobody has more than a share, so the oldest goes.
        await letters.AddAsync([.. Of("new", 100, 101)], None);
        Assert.Equal(Of("tenant_0", 1, 10), await AllAsync(letters, "tenant_0"));
        for (var i = 50; i < 60; i++)
        {
            await letters.RemoveAsync($"dl_{i:D3}", None);
        }

        await letters.AddAsync([.. Of("tenant_9", 200, 210)], None);
        await letters.AddAsync([.. Of("new", 300, 304)], None);

        Assert.Equal(Of("tenant_0", 1, 10), await AllAsync(letters, "tenant_0"));
        Assert.Equal([.. Of("tenant_9", 94, 100), .. Of("tenant_9", 200, 210)], await AllAsync(letters, "tenant_9"));
    }

    [Fact]
    public async Task A_letter_that_is_named_in_an_answer_is_not_dropped_by_what_adds_it_wherever_it_sorts()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with { MaxDeadLetters = 100 });
        var letters = new SqliteDeadLetters(fixture.Engine, NullLogger<SqliteDeadLetters>.Instance);
        await letters.AddAsync([.. Enumerable.Range(100, 100).Select(Letter)], None);

        // Of another tenant and of the same one; and one that is there already comes again.
        await letters.AddAsync([Letter(1) with { TenantId = "tenant_acme" }], None);
        await letters.AddAsync([Letter(2)], None);
        await letters.AddAsync([Letter(1) with { TenantId = "tenant_acme" }, Letter(300)], None);

        var kept = (await letters.ListAsync(DeadLetterKind.Any, null, 1_000, None)).Items.Select(letter => letter.Id).ToHashSet();
        Assert.Equal(100, kept.Count);
        Assert.Contains("dl_001", kept);
        Assert.Contains("dl_300", kept);

        // More at once than the list takes: then the oldest of them go too.
        await letters.AddAsync([.. Enumerable.Range(400, 150).Select(Letter)], None);
        Assert.Equal(100, await letters.CountAsync(1_000, None));
        Assert.Null(await letters.FindAsync("dl_449", None));
        Assert.NotNull(await letters.FindAsync("dl_549", None));
    }

    private static async Task<IReadOnlyList<DeadLetter>> AllAsync(SqliteDeadLetters letters, string tenant) =>
        (await letters.ListAsync(new DeadLetterKind(TenantId: tenant), null, 1_000, None)).Items;

    private static IEnumerable<DeadLetter> Of(string tenant, int from, int to) =>
        Enumerable.Range(from, to - from).Select(i => Letter(i) with { TenantId = tenant });

    private static DeadLetter Letter(int number) => new($"dl_{number:D3}", DateTimeOffset.UnixEpoch, "code", "detail", "{}");
}
