using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Turns;

/// <summary>A command's turn: was it seen before, and what then (rule 8).</summary>
[Rule(8)]
public sealed class TurnTests
{
    private readonly World _world = new(Limit(10, Interval.Month));
    private readonly Memory _memory = new();

    [Fact]
    public void A_new_command_is_decided_and_is_to_be_remembered()
    {
        var outcome = Assert.IsType<Outcome>(Take(Once.ByKey("k", "body")));

        Assert.True(outcome.IsRemembered);
        Assert.Equal(1, outcome.State.FindMeter(Calls)!.Used);
        Assert.Equal("k", outcome.Entries[^1].IdempotencyKey);
        Assert.Equal(new ApplyResult(ApplyStatus.Applied, outcome.Answer), outcome.ToApplyResult());
    }

    [Fact]
    public void A_repeat_gets_the_first_answer()
    {
        _memory.Keys["k"] = Seen("body");

        var repeat = Assert.IsType<Repeat>(Take(Once.ByKey("k", "body")));

        Assert.Equal(Seen("body").Answer, repeat.Answer);
        Assert.Equal(new ApplyResult(ApplyStatus.Replayed, repeat.Answer), repeat.ToApplyResult());
    }

    [Fact]
    public void A_key_with_another_body_is_an_error()
    {
        _memory.Keys["k"] = Seen("body");

        Assert.Equal(ApplyResult.KeyReused, Assert.IsType<KeyReused>(Take(Once.ByKey("k", "other"))).ToApplyResult());
    }

    [Fact]
    public void An_event_is_a_repeat_whatever_else_it_says()
    {
        _memory.Events["e"] = Seen("body");

        Assert.IsType<Repeat>(Take(Once.ByKey("new", "other", "e")));
        Assert.IsType<Repeat>(Take(Once.ByEvent("e")));
    }

    [Fact]
    public void The_key_is_looked_up_first_and_the_event_only_if_the_key_is_new()
    {
        _memory.Keys["k"] = Seen("body", answer: 1);
        _memory.Events["e"] = Seen("body", answer: 2);

        Assert.Equal(new Done(1), Assert.IsType<Repeat>(Take(Once.ByKey("k", "body", "e"))).Answer);
        Assert.IsType<KeyReused>(Take(Once.ByKey("k", "other", "e")));
        Assert.Equal(0, _memory.EventLookUps);
        Assert.Equal(new Done(2), Assert.IsType<Repeat>(Take(Once.ByKey("new", "body", "e"))).Answer);
    }

    [Fact]
    public void Nothing_is_looked_up_for_what_has_no_key_or_no_license()
    {
        Assert.IsType<Outcome>(Take(null));
        Assert.IsType<NoLicense>(Turn.Take(null, Submit(Once.ByKey("k", "body", "e")), _memory, World.Begin, MeterRules.Default));

        Assert.Equal(0, _memory.KeyLookUps + _memory.EventLookUps);
    }

    [Fact]
    public void Without_a_license_only_its_opening_is_decided()
    {
        Assert.Equal(
            ApplyResult.LicenseNotFound,
            Assert.IsType<NoLicense>(Turn.Decide(null, Submit(null), World.Begin, MeterRules.Default)).ToApplyResult());

        var open = new Submission("lic_1", new OpenLicense { LicenseId = "lic_1", TenantId = "tenant_1" }, null);
        Assert.IsType<LicenseAnswer>(Assert.IsType<Outcome>(Turn.Take(null, open, _memory, World.Begin, MeterRules.Default)).Answer);
    }

    [Fact]
    public void A_license_that_is_refused_leaves_no_state()
    {
        var features = Enumerable.Repeat(new FeatureTerms(new Feature { Code = Calls }, new Terms()), MeterLimits.Meters + 1);
        var open = new OpenLicense { LicenseId = "lic_1", TenantId = "tenant_1", Features = [.. features] };

        var result = Turn.Take(null, new Submission("lic_1", open, Once.ByKey("k", "body")), _memory, World.Begin, MeterRules.Default);

        var refusal = Assert.IsType<NotOpened>(result).Refusal;
        Assert.Equal(RefusalCode.LimitReached, refusal.Code);
        Assert.Equal(new ApplyResult(ApplyStatus.Applied, refusal), result.ToApplyResult());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_repeat_after_its_memory_counts_again(bool byEvent)
    {
        var rules = new MeterRules { IdempotencyMemory = TimeSpan.FromDays(2) };
        var once = byEvent ? Once.ByEvent("e") : Once.ByKey("k", "body");
        _memory.Keys["k"] = _memory.Events["e"] = Seen("body");
        var over = World.Begin + rules.IdempotencyMemory;

        Assert.IsType<Repeat>(Take(once, over - TimeSpan.FromMilliseconds(1), rules));
        Assert.IsType<Outcome>(Take(once, over, rules));
    }

    [Fact]
    public void A_key_past_its_memory_leaves_the_event_to_be_looked_up()
    {
        _memory.Keys["k"] = Seen("other", at: World.Begin - MeterRules.Default.IdempotencyMemory);
        _memory.Events["e"] = Seen("body");

        Assert.IsType<Repeat>(Take(Once.ByKey("k", "body", "e")));
    }

    [Fact]
    public void A_license_whose_time_ran_ahead_does_not_forget_its_keys()
    {
        _memory.Keys["k"] = Seen("body");
        _world.Wait(TimeSpan.FromDays(1_000)).Use();

        Assert.IsType<Repeat>(Take(Once.ByKey("k", "body"), World.Begin + TimeSpan.FromDays(1)));
    }

    [Fact]
    [Rule(2)]
    public void A_command_is_decided_at_the_later_of_now_and_the_last_time_seen()
    {
        _world.Wait(TimeSpan.FromDays(3)).Use();
        var seen = _world.State.LastSeen;

        var earlier = Assert.IsType<Outcome>(Take(null, World.Begin));
        var later = Assert.IsType<Outcome>(Take(null, seen + TimeSpan.FromHours(1)));

        Assert.Equal((seen, seen), (earlier.State.LastSeen, earlier.Entries[^1].At));
        Assert.Equal((seen + TimeSpan.FromHours(1), seen + TimeSpan.FromHours(1)), (later.State.LastSeen, later.Entries[^1].At));
    }

    [Fact]
    public void A_refused_command_is_not_remembered()
    {
        var refused = Assert.IsType<Outcome>(Take(Once.ByKey("k", "body"), amount: 11));

        Assert.IsType<Refusal>(refused.Answer);
        Assert.False(refused.IsRemembered);
    }

    [Fact]
    public void A_refused_command_is_not_remembered_though_time_left_evidence_before_it()
    {
        _world.Use(3);

        var refused = Assert.IsType<Outcome>(Take(Once.ByKey("k", "body"), World.Begin + TimeSpan.FromDays(40), amount: 11));

        Assert.IsType<Refusal>(refused.Answer);
        Assert.Contains(refused.Entries, entry => entry.Kind == EntryKind.PeriodClosed);
        Assert.False(refused.IsRemembered);
    }

    [Fact]
    public void What_leaves_no_evidence_is_not_remembered()
    {
        var again = new Submission("lic_1", new OpenLicense { LicenseId = "lic_1", TenantId = "tenant_1" }, Once.ByKey("k", "body"));

        var outcome = Assert.IsType<Outcome>(Turn.Take(_world.State, again, _memory, _world.Now, MeterRules.Default));

        Assert.IsType<Done>(outcome.Answer);
        Assert.Empty(outcome.Entries);
        Assert.False(outcome.IsRemembered);
    }

    [Fact]
    public void A_state_of_another_license_is_never_changed()
    {
        var other = new Submission("lic_2", new Consume { FeatureCode = Calls, Given = 1 }, null);

        Assert.Throws<ArgumentException>(() => Turn.Take(_world.State, other, _memory, _world.Now, MeterRules.Default));
    }

    [Fact]
    public void Bodies_are_told_apart_by_the_part_of_their_hash_that_is_kept()
    {
        var hash = new string('a', Once.BodyHashLength) + "rest";

        Assert.Equal(hash[..Once.BodyHashLength], Once.ByKey("k", hash).BodyHash);
        Assert.Equal("short", Once.ByKey("k", "short").BodyHash);
    }

    /// <summary>
    /// A consume on the server is some hundred bytes of work; looking up must not add to it, or the collector becomes the meter.
    /// </summary>
    [Fact]
    public void A_turn_allocates_nothing_that_its_decision_does_not()
    {
        var submission = Submit(Once.ByKey("k", "body", "e"));
        var decision = Allocated(() => Turn.Decide(_world.State, submission, _world.Now, MeterRules.Default));
        var turn = Allocated(() => Turn.Take(_world.State, submission, default(Nothing), _world.Now, MeterRules.Default));

        Assert.True(decision > 0);
        Assert.Equal(decision, turn);
    }

    private static long Allocated(Func<TurnResult> take)
    {
        take();
        var before = GC.GetAllocatedBytesForCurrentThread();
        take();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static Remembered Seen(string bodyHash, long answer = 1, DateTimeOffset? at = null) =>
        new(new Done(answer), bodyHash, at ?? World.Begin);

    private static Submission Submit(Once? once, decimal amount = 1) =>
        new("lic_1", new Consume { FeatureCode = Calls, Given = amount }, once);

    private TurnResult Take(Once? once, DateTimeOffset? now = null, MeterRules? rules = null, decimal amount = 1) =>
        Turn.Take(_world.State, Submit(once, amount), _memory, now ?? _world.Now, rules ?? MeterRules.Default);

    private readonly struct Nothing : ITurnMemory
    {
        public Remembered? FindByKey(string key) => null;

        public Remembered? FindByEvent(string eventId) => null;
    }

    private sealed class Memory : ITurnMemory
    {
        public Dictionary<string, Remembered> Keys { get; } = [];

        public Dictionary<string, Remembered> Events { get; } = [];

        public int KeyLookUps { get; private set; }

        public int EventLookUps { get; private set; }

        public Remembered? FindByKey(string key)
        {
            KeyLookUps++;
            return Keys.TryGetValue(key, out var known) ? known : null;
        }

        public Remembered? FindByEvent(string eventId)
        {
            EventLookUps++;
            return Events.TryGetValue(eventId, out var known) ? known : null;
        }
    }
}
