using System.Collections.Immutable;
using Metering.Contracts.Histories;
using Metering.Tests.Support;

namespace Metering.Tests.Histories;

/// <summary>The checker of histories, on histories whose verdict is known.</summary>
public sealed class LinearizabilityTests
{
    private const string License = "lic_a";

    private readonly PlantedMeters _meters = new(Planted.Nothing, 0);

    [Fact]
    public async Task One_after_the_other_is_an_order() => Accept(
        await OpenAsync(),
        await AskAsync(3, 4, Consume(2), Once.ByKey("k", "body")),
        await AskAsync(5, 6, Consume(2), Once.ByKey("k", "body")),
        await AskAsync(7, 8, Consume(9)),
        await ReadAsync(9, 10));

    [Fact]
    public async Task What_overlaps_may_have_come_in_either_order()
    {
        var opened = await OpenAsync();
        var first = await AskAsync(3, 8, Consume(2));
        var second = await AskAsync(4, 7, Consume(3));

        Accept(opened, first, second, await ReadAsync(9, 10));
        Accept(opened, first with { Invoked = 4, Returned = 7 }, second with { Invoked = 3, Returned = 8 });
        Reject(opened, first with { Invoked = 7 }, second with { Returned = 5 });
    }

    [Fact]
    public async Task What_was_lost_may_have_happened_once_or_not_at_all()
    {
        var opened = await OpenAsync();
        var before = await ReadAsync(4, 5);
        var lost = await AskAsync(3, 0, Consume(2));
        var once = await ReadAsync(6, 7);
        await AskAsync(0, 0, Consume(2));
        var twice = await ReadAsync(6, 7);

        Accept(opened, Lost(lost), before);
        Accept(opened, Lost(lost), once);
        Accept(opened, before, Lost(lost), once);
        Reject(opened, Lost(lost), twice);
        Reject(opened, Lost(lost) with { Invoked = 8 }, once);
    }

    [Fact]
    public async Task A_retry_of_what_was_lost_is_the_same_operation()
    {
        var opened = await OpenAsync();
        var first = await AskAsync(3, 0, Consume(2), Once.ByKey("k", "body"));
        var retry = await AskAsync(5, 6, Consume(2), Once.ByKey("k", "body"));
        var read = await ReadAsync(7, 8);
        await AskAsync(0, 0, Consume(2));
        var twice = await ReadAsync(7, 8);

        Assert.Equal(ApplyStatus.Replayed, retry.Result!.Status);
        Accept(opened, Lost(first), retry, read);
        Accept(opened, Lost(first), retry with { Result = retry.Result with { Status = ApplyStatus.Applied } }, read);
        Reject(opened, retry, read);
        Reject(opened, Lost(first), retry, twice);
    }

    [Fact]
    public async Task A_lost_update_has_no_order()
    {
        var opened = await OpenAsync();
        var first = await AskAsync(3, 6, Consume(2));

        Reject(opened, first, first with { Invoked = 4, Returned = 5 });
    }

    [Fact]
    public async Task A_repeat_that_counted_again_or_got_another_answer_has_no_order()
    {
        var opened = await OpenAsync();
        var first = await AskAsync(3, 4, Consume(2), Once.ByKey("k", "body"));
        var repeat = await AskAsync(5, 6, Consume(2), Once.ByKey("k", "body"));
        var counted = await AskAsync(5, 6, Consume(2));

        Accept(opened, first, repeat);
        Reject(opened, first, counted with { Submission = first.Submission });
        Reject(opened, first, repeat with { Result = repeat.Result! with { Answer = counted.Result!.Answer } });
        Reject(opened, first, repeat with { Result = ApplyResult.KeyReused });
    }

    [Fact]
    public async Task A_refusal_from_before_a_grant_that_was_answered_has_no_order()
    {
        var opened = await OpenAsync();
        var refused = await AskAsync(3, 4, Consume(11));
        var grant = await AskAsync(5, 6, new AddGrant { FeatureCode = Given.Calls, Amount = 5 });

        Assert.IsType<Refusal>(refused.Result!.Answer);
        Accept(opened, refused with { Returned = 7 }, grant);
        Reject(opened, refused with { Invoked = 7, Returned = 8 }, grant);
    }

    [Fact]
    public async Task A_read_from_before_an_answer_has_no_order()
    {
        var opened = await OpenAsync();
        var read = await ReadAsync(3, 6);
        var counted = await AskAsync(4, 5, Consume(1));

        Accept(opened, read, counted);
        Reject(opened, read with { Invoked = 6, Returned = 7 }, counted);
    }

    [Fact]
    public async Task Reads_that_go_back_have_no_order()
    {
        var opened = await OpenAsync();
        var before = await ReadAsync(6, 7);
        var counted = await AskAsync(3, 8, Consume(1));
        var after = await ReadAsync(4, 5);

        Reject(opened, counted, after, before);
        Accept(opened, counted, after with { Returned = 7 }, before);
    }

    [Fact]
    public async Task The_ledger_must_have_what_the_order_writes_and_nothing_else()
    {
        var license = new OpenLicense { LicenseId = License, TenantId = "tenant_1", Features = [Given.Of(Given.Limit(10))] };
        var opened = LicenseMeter.Apply(null, license, _meters.UtcNow);
        var consumed = LicenseMeter.Apply(opened.State, Consume(2), _meters.UtcNow, idempotencyKey: "k");
        ImmutableArray<LedgerEntry> ledger = [.. opened.Entries, .. consumed.Entries];
        CommandOperation[] history = [await OpenAsync(), await AskAsync(3, 4, Consume(2), Once.ByKey("k", "body"))];

        Assert.True(Linearizability.Check(history, ledger).IsLinearizable);
        Assert.False(Linearizability.Check(history, ledger[..^1]).IsLinearizable);
        Assert.False(Linearizability.Check(history, ledger.Add(ledger[^1])).IsLinearizable);
        Assert.False(Linearizability.Check(history, [.. ledger[..^1], ledger[^1] with { Amount = 3 }]).IsLinearizable);
        Assert.False(Linearizability.Check(history, [.. ledger[..^1], ledger[^1] with { IdempotencyKey = "l" }]).IsLinearizable);
    }

    [Fact]
    public async Task What_was_brought_without_an_answer_must_have_come_to_something()
    {
        var opened = await OpenAsync();
        var before = await ReadAsync(5, 6);
        var brought = await AskAsync(3, 4, Consume(2)) with { Result = null };
        var after = await ReadAsync(5, 6);

        Accept(opened, brought, after);
        Reject(opened, brought, before);
        Accept(opened, brought with { Returned = 7 }, before);
    }

    [Fact]
    public async Task A_search_that_was_given_up_has_found_nothing_and_says_so()
    {
        var opened = await OpenAsync();
        var counted = await AskAsync(3, 4, Consume(1));

        var verdict = Linearizability.Check([opened, counted], maxSteps: 1);

        Assert.False(verdict.IsLinearizable);
        Assert.False(verdict.IsDecided);
        Assert.StartsWith("Given up", verdict.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Callers_of_a_host_without_faults_never_see_one()
    {
        for (var seed = 1; seed <= 5; seed++)
        {
            (await PlayAsync(Planted.Nothing, seed)).Check(seed);
        }
    }

    [Theory]
    [InlineData(nameof(Planted.LostUpdate))]
    [InlineData(nameof(Planted.ForgottenKey))]
    [InlineData(nameof(Planted.StaleRefusal))]
    [InlineData(nameof(Planted.StaleRead))]
    [InlineData(nameof(Planted.WrongRepeat))]
    [InlineData(nameof(Planted.CountedAgain))]
    public async Task Callers_of_a_host_with_a_fault_see_it(string fault)
    {
        var verdicts = new List<Verdict>();
        for (var seed = 1; seed <= 5 && verdicts.TrueForAll(verdict => verdict.IsLinearizable); seed++)
        {
            verdicts.Add(Linearizability.Check((await PlayAsync(Enum.Parse<Planted>(fault), seed)).Operations));
        }

        Assert.False(verdicts[^1].IsLinearizable);
        Assert.True(verdicts[^1].IsDecided, verdicts[^1].Why);
    }

    private static async Task<HistoryRecorder> PlayAsync(Planted planted, int seed)
    {
        var meters = new PlantedMeters(planted, seed);
        var recorder = new HistoryRecorder(License, meters.UtcNow);
        await recorder.ApplyAsync(meters, HistoryPlay.Open(License));
        await new HistoryPlay(seed).RunAsync(recorder, meters, [meters]);
        await recorder.ReadAsync(meters);
        return recorder;
    }

    private static void Accept(params Operation[] history) =>
        Assert.True(Linearizability.Check(history) is { IsLinearizable: true, IsDecided: true, Why: "" });

    private static void Reject(params Operation[] history)
    {
        var verdict = Linearizability.Check(history);
        Assert.False(verdict.IsLinearizable);
        Assert.True(verdict.IsDecided);
        Assert.StartsWith("There is no serial order.", verdict.Why, StringComparison.Ordinal);
    }

    private static CommandOperation Lost(CommandOperation operation) => operation with { Returned = Operation.Never, Result = null };

    private static Consume Consume(decimal amount) => new() { FeatureCode = Given.Calls, Given = amount };

    private Task<CommandOperation> OpenAsync() => AskAsync(1, 2, new OpenLicense
    {
        LicenseId = License,
        TenantId = "tenant_1",
        Features = [Given.Of(Given.Limit(10))],
    });

    private async Task<CommandOperation> AskAsync(long invoked, long returned, Command command, Once? once = null) => new(
        invoked, returned, [_meters.UtcNow], new Submission(License, command, once),
        await _meters.ApplyAsync(License, command, once, CancellationToken.None));

    private async Task<ReadOperation> ReadAsync(long invoked, long returned) =>
        new(invoked, returned, [_meters.UtcNow], await _meters.ReadAsync(License, CancellationToken.None));
}
