namespace Metering.Contracts.Histories;

/// <summary>
/// Many callers at one license at once, of whom some do not wait for their answers: what they ask is drawn from a seed, in which order it
/// comes is not.
/// </summary>
/// <param name="seed">From what everything is drawn.</param>
public sealed class HistoryPlay(int seed)
{
    /// <summary>The feature that is refused beyond its limit.</summary>
    public const string Calls = "calls";

    /// <summary>The feature of which use is suspended at its limit.</summary>
    public const string Jobs = "jobs";

    private const int Callers = 6;
    private const int Tries = 4;
    private const int SharedKeys = 12;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>How many operations each caller asks.</summary>
    public int Turns { get; init; } = 25;

    /// <summary>One in how many commands is not waited for.</summary>
    public int LostOneIn { get; init; } = 8;

    /// <summary>The license, before the play begins: most of what is asked of it does not fit into its limits.</summary>
    public static OpenLicense Open(string licenseId) => new()
    {
        LicenseId = licenseId,
        TenantId = "tenant_1",
        Features =
        [
            new FeatureTerms(Metered(Calls), new Terms { Limit = 40, Reset = new Reset { Interval = Interval.Hour } }),
            new FeatureTerms(
                Metered(Jobs),
                new Terms { Limit = 15, Reset = new Reset { Interval = Interval.Hour }, OverLimit = Policy.SuspendUsage }),
        ],
    };

    /// <summary>Plays on a license; more than once continues its history.</summary>
    /// <param name="recorder">Records what its callers see.</param>
    /// <param name="clock">The hosts' clock, which moves on in the middle.</param>
    /// <param name="instances">The hosts to which the callers send, in turn.</param>
    public Task RunAsync(HistoryRecorder recorder, IMeterClock clock, IReadOnlyList<ILicenseMeters> instances) =>
        Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            var random = new Random((seed * 1_000) + (recorder.Now.Hour * 10) + caller);
            for (var turn = 0; turn < Turns; turn++)
            {
                var meters = instances[random.Next(instances.Count)];
                if (caller == 0 && turn == Turns / 2)
                {
                    // In the middle of everything each meter's period ends. It is a short one: what a host still tries must not be
                    // forgotten by then.
                    await recorder.SetClockAsync(clock, recorder.Now + Hour);
                }

                await TakeTurnAsync(recorder, meters, random, $"{recorder.Now:ddHH}-{caller}-{turn}");
            }
        })));

    private async Task TakeTurnAsync(HistoryRecorder recorder, ILicenseMeters meters, Random random, string name)
    {
        switch (random.Next(100))
        {
            case < 10:
                await recorder.ReadAsync(meters);
                break;
            case < 50:
                await SendAsync(recorder, meters, random, Consume(random), Once.ByKey(name, "body"));
                break;
            case < 60:
                // A key that others send at the same time, now and then for something else.
                var shared = Consume(random, amount: random.Next(1, 3));
                await SendAsync(recorder, meters, random, shared, Once.ByKey($"shared-{random.Next(SharedKeys)}", $"{shared}"));
                break;
            case < 70:
                var eventId = $"event-{random.Next(SharedKeys)}";
                await SendAsync(
                    recorder, meters, random, new RecordUse { FeatureCode = Feature(random), EventId = eventId }, Once.ByEvent(eventId));
                break;
            case < 73:
                await recorder.ApplyAsync(meters, [.. Enumerable.Range(0, random.Next(2, 6)).Select(number =>
                    new RequestedCommand(Consume(random), random.Next(4) == 0 ? null : Once.ByKey($"{name}-{number}", "body")))]);
                break;
            case < 80:
                await HoldAsync(recorder, meters, random, name);
                break;
            default:
                // With nothing to recognize it by; nobody can ask again what became of it.
                await SendAsync(recorder, meters, random, Unnamed(random), once: null);
                break;
        }
    }

    private async Task HoldAsync(HistoryRecorder recorder, ILicenseMeters meters, Random random, string name)
    {
        var open = new OpenHold { Kind = HoldKind.Reservation, FeatureCode = Calls, Amount = random.Next(1, 5), TtlSeconds = 7_200 };
        if (await SendAsync(recorder, meters, random, open, Once.ByKey($"{name}-open", "body")) is { Answer: HoldAnswer hold })
        {
            Command end = random.Next(3) == 0
                ? new ReleaseHold { HoldId = hold.Id }
                : new CommitHold { HoldId = hold.Id, Amount = random.Next(0, 4) };
            await SendAsync(recorder, meters, random, end, random.Next(2) == 0 ? Once.ByKey($"{name}-end", "body") : null);
        }
    }

    // Sends a command until its answer comes, when it can be recognized; else once.
    private async Task<ApplyResult?> SendAsync(
        HistoryRecorder recorder, ILicenseMeters meters, Random random, Command command, Once? once)
    {
        for (var left = once is null ? 1 : Tries; ; left--)
        {
            using var patience = new CancellationTokenSource();
            var isLost = random.Next(LostOneIn) == 0;
            var sent = recorder.ApplyAsync(meters, command, once, patience.Token);
            if (isLost)
            {
                // Some stop before anybody has heard of the command, some when it was perhaps decided already.
                for (var wait = random.Next(20); wait > 0 && !sent.IsCompleted; wait--)
                {
                    await Task.Yield();
                }

                await patience.CancelAsync();
            }

            if (await sent is { } result)
            {
                return result;
            }

            if (left <= 1)
            {
                return null;
            }
        }
    }

    private static Consume Consume(Random random, int amount = 0) => new()
    {
        FeatureCode = Feature(random),
        Given = amount > 0 ? amount : random.Next(1, 5),
        AllowPartial = random.Next(5) == 0,
        UserId = random.Next(3) == 0 ? "user_1" : null,
    };

    private static Command Unnamed(Random random) => random.Next(7) switch
    {
        0 => new AddGrant { FeatureCode = Calls, Amount = random.Next(1, 4) },
        1 => new DecrementUsage { FeatureCode = Feature(random), Amount = 1 },
        2 => new ResumeUsage { FeatureCode = Jobs },
        3 when random.Next(3) == 0 => new ResetUsage { FeatureCode = Feature(random) },
        _ => Consume(random),
    };

    private static string Feature(Random random) => random.Next(4) == 0 ? Jobs : Calls;

    private static Feature Metered(string code) => new() { Code = code, Kind = FeatureKind.Metered, Metric = MetricType.Counter };
}
