namespace Metering.Api.Tests.Events;

/// <summary>What an event comes to is the same on every way (rule 10).</summary>
public sealed class EventOutcomeTests
{
    private static readonly UsageEvent Usage = new() { EventId = "evt_1", Metric = "api_calls", TenantId = "acme", Quantity = 1.50m };

    public static TheoryData<ApplyStatus, string?, string?, string?> Rejections => new()
    {
        { ApplyStatus.LicenseNotFound, null, RefusalCode.LicenseNotFound, null },
        { ApplyStatus.KeyReused, null, ProblemCode.IdempotencyKeyReused, null },
        { ApplyStatus.Busy, null, IntakeResult.Busy, null },
        { ApplyStatus.Applied, "/amount", RefusalCode.InvalidRequest, "/quantity" },
        { ApplyStatus.Applied, "/feature_code", RefusalCode.InvalidRequest, "/metric" },
        { ApplyStatus.Applied, "/key", RefusalCode.InvalidRequest, "/key" },
    };

    [Theory]
    [MemberData(nameof(Rejections))]
    [Rule(10)]
    public void What_a_license_does_not_count_is_rejected_with_its_reason(
        ApplyStatus status, string? refused, string? code, string? pointer)
    {
        var answer = refused is null ? null : new Refusal { Code = RefusalCode.InvalidRequest, Detail = "No.", Pointer = refused };

        var rejected = EventOutcome.Of(Usage, new ApplyResult(status, answer)).Rejected!;

        Assert.Equal((Usage, code, pointer), (rejected.Event, rejected.Code, rejected.Pointer));
    }

    [Fact]
    [Rule(8)]
    public void A_repeat_is_a_duplicate_whatever_the_first_answer_was()
    {
        var outcome = EventOutcome.Of(Usage, new ApplyResult(ApplyStatus.Replayed, null));

        Assert.True(outcome.IsDuplicate);
        Assert.Null(outcome.Rejected);
    }

    [Fact]
    public void Without_a_license_the_reason_names_the_metric() =>
        Assert.Equal(
            (RefusalCode.FeatureNotAssigned, "The tenant has no license with the feature api_calls."),
            (EventOutcome.NoLicense(Usage).Rejected!.Code, EventOutcome.NoLicense(Usage).Rejected!.Detail));

    [Fact]
    public void A_letter_holds_the_event_in_the_plain_form()
    {
        var letter = EventLetter.Of(EventOutcome.NoLicense(Usage).Rejected!, DateTimeOffset.UnixEpoch);

        Assert.Equal("""{"tenant_id":"acme","metric":"api_calls","quantity":1.5,"event_id":"evt_1"}""", letter.Payload);
        Assert.Equal(Usage with { Quantity = 1.5m }, EventReader.Read(System.Text.Encoding.UTF8.GetBytes(letter.Payload), 0).Event);
    }

    [Fact]
    public void An_event_that_comes_again_within_ten_minutes_has_the_same_letter()
    {
        var first = DateTimeOffset.UnixEpoch.AddHours(1);
        var rejected = EventOutcome.NoLicense(Usage).Rejected!;
        var letter = EventLetter.Of(rejected, first);

        Assert.Equal(letter.Id, EventLetter.Of(rejected, first.AddMinutes(10).AddTicks(-1)).Id);
        Assert.Equal(first, letter.ReceivedAt);
        foreach (var other in new[]
        {
            EventLetter.Of(rejected, first.AddMinutes(10)),
            EventLetter.Of(EventOutcome.NoLicense(Usage with { Quantity = 2 }).Rejected!, first),
            EventLetter.Of(EventOutcome.NoLicense(Usage with { EventId = "evt_2" }).Rejected!, first),
            EventLetter.Of(rejected with { Code = RefusalCode.LicenseExpired }, first),
        })
        {
            Assert.NotEqual(letter.Id, other.Id);
        }

        Assert.True(string.CompareOrdinal(letter.Id, EventLetter.LeastId(first)) >= 0);
        Assert.True(string.CompareOrdinal(letter.Id, EventLetter.LeastId(first.AddMinutes(1))) < 0);
    }

    [Fact]
    public void An_event_is_the_same_when_it_has_gone_as_a_command()
    {
        var named = Usage with { TenantId = null, LicenseId = "lic_1", Key = "k", UserId = "u", OccurredAt = DateTimeOffset.UnixEpoch };

        Assert.Equal(Usage, UsageEvent.Of(Usage.ToCommand(), "acme", "lic_1"));
        Assert.Equal(named, UsageEvent.Of(named.ToCommand(), null, "lic_1"));
    }

    [Fact]
    public void The_letter_of_a_streams_event_is_the_same_each_time_and_rises_with_time()
    {
        Assert.Equal(EventLetter.IdOf(1, "a"), EventLetter.IdOf(1, "a"));
        Assert.NotEqual(EventLetter.IdOf(1, "a"), EventLetter.IdOf(1, "b"));
        Assert.True(string.CompareOrdinal(EventLetter.IdOf(1, "z"), EventLetter.IdOf(2, "a")) < 0);
    }

    [Fact]
    public void A_letter_is_cut_between_characters()
    {
        var letter = EventLetter.Failed(new string('x', EventLetter.MaxPayload - 1) + "\U0001F600", DateTimeOffset.UnixEpoch);

        Assert.Equal(new string('x', EventLetter.MaxPayload - 1) + EventLetter.NotAsItCame, letter.Payload);
    }
}
