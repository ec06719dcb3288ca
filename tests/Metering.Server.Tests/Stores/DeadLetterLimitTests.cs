using Metering.Server.Stores;
using Metering.Server.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Metering.Server.Tests.Stores;

public sealed class DeadLetterLimitTests
{
    private static readonly CancellationToken None = CancellationToken.None;

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

    private static DeadLetter Letter(int number) => new($"dl_{number:D3}", DateTimeOffset.UnixEpoch, "code", "detail", "{}");
}
