using System.Text.Json;
using System.Text.Json.Nodes;

namespace Metering.Api.Tests.Http;

/// <summary>The usage answer is written by hand, for speed; it says what the serializer would say.</summary>
public sealed class UsageJsonTests
{
    // For the RateLimit headers alone.
    private static readonly string[] HeadersOnly = ["room", "endless", "rate"];

    private static readonly DateTimeOffset Start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    public static TheoryData<UsageAnswer> Answers =>
    [
        new UsageAnswer { FeatureCode = "pro", Kind = FeatureKind.Boolean, Unlimited = true },
        new UsageAnswer
        {
            Allowed = true,
            FeatureCode = "api_calls",
            Kind = FeatureKind.Metered,
            Amount = 1.500m,
            Reason = RefusalCode.QuotaExceeded,
            Used = 41,
            Limit = 1000,
            Allowance = 1200,
            Held = 3,
            Remaining = 1156,
            Overage = 0.25m,
            Level = Level.OverUsage,
            Policy = Policy.AllowWithOverage,
            Period = new Period(Start, Start.AddMonths(1).AddMilliseconds(250)),
            Cost = 0.02m,
            Balance = new BalanceView("USD", 9.98m),
            Sequence = 77,
            Signals = [SignalType.LevelChanged, SignalType.Overage],
            Room = 4,
            Endless = true,
        },
    ];

    [Theory]
    [MemberData(nameof(Answers))]
    public void It_says_what_the_serializer_would_say(UsageAnswer answer)
    {
        var expected = JsonSerializer.SerializeToNode(answer, ApiJson.Default.UsageAnswer)!.AsObject();
        foreach (var name in HeadersOnly)
        {
            expected.Remove(name);
        }

        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            UsageJson.Write(json, answer);
        }

        Assert.Equal(expected.ToJsonString(), JsonNode.Parse(stream.ToArray())!.ToJsonString());
    }
}
