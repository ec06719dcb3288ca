using System.Collections.Immutable;

namespace Metering.Tests.Histories;

/// <summary>A host of one license in memory, with a clock, that now and then does what was planted.</summary>
internal sealed class PlantedMeters(Planted planted, int seed) : ILicenseMeters, IMeterClock, ITurnMemory
{
    private const int OneIn = 4;

    private readonly Lock _lock = new();
    private readonly Random _random = new(seed);
    private readonly Dictionary<string, Remembered> _byKey = [];
    private readonly Dictionary<string, Remembered> _byEvent = [];
    private LicenseState? _state;
    private LicenseState? _before;

    public DateTimeOffset UtcNow { get; private set; } = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    public bool IsTestClock => true;

    public async ValueTask<ApplyResult> ApplyAsync(
        string licenseId, Command command, Once? once, CancellationToken cancellationToken)
    {
        var submission = new Submission(licenseId, command, once);
        await Task.Yield();
        var seen = _state;
        if (Does(Planted.LostUpdate))
        {
            await Task.Delay(1, CancellationToken.None);
        }
        else
        {
            seen = null;
        }

        var result = Apply(submission, seen);
        await Task.Yield();
        if (!cancellationToken.IsCancellationRequested)
        {
            return result;
        }

        if (planted == Planted.CountedAgain)
        {
            Apply(submission with { Once = null }, null);
        }

        throw new OperationCanceledException(cancellationToken);
    }

    public async ValueTask<ImmutableArray<ApplyResult>> ApplyAsync(
        string licenseId, ImmutableArray<RequestedCommand> commands, CancellationToken cancellationToken)
    {
        var results = ImmutableArray.CreateBuilder<ApplyResult>(commands.Length);
        foreach (var (command, once) in commands)
        {
            results.Add(await ApplyAsync(licenseId, command, once, cancellationToken));
        }

        return results.MoveToImmutable();
    }

    public async ValueTask<LicenseState?> ReadAsync(string licenseId, CancellationToken cancellationToken)
    {
        await Task.Yield();
        lock (_lock)
        {
            return Does(Planted.StaleRead) ? _before : _state;
        }
    }

    public ValueTask SetAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            UtcNow = now;
        }

        return ValueTask.CompletedTask;
    }

    public Remembered? FindByKey(string key) => _byKey.TryGetValue(key, out var first) && !Does(Planted.ForgottenKey) ? first : null;

    public Remembered? FindByEvent(string eventId) => _byEvent.TryGetValue(eventId, out var first) ? first : null;

    private ApplyResult Apply(Submission submission, LicenseState? seen)
    {
        lock (_lock)
        {
            if (Does(Planted.StaleRefusal) && _before is not null
                && Take(_before, submission) is Outcome { Answer: Refusal, Entries.IsEmpty: true } refused)
            {
                return refused.ToApplyResult();
            }

            var turn = Take(seen ?? _state, submission);
            if (turn is Outcome { Entries.IsEmpty: false } outcome)
            {
                Commit(submission.Once, outcome);
            }

            return turn is Repeat { Answer: UsageAnswer answer } && Does(Planted.WrongRepeat)
                ? new ApplyResult(ApplyStatus.Replayed, answer with { Used = _state!.FindMeter(answer.FeatureCode)!.Used })
                : turn.ToApplyResult();
        }
    }

    private TurnResult Take(LicenseState? state, Submission submission) =>
        Turn.Take(state, submission, this, UtcNow, MeterRules.Default);

    private void Commit(Once? once, Outcome outcome)
    {
        (_before, _state) = (_state, outcome.State);
        if (!outcome.IsRemembered)
        {
            return;
        }

        var first = new Remembered(outcome.Answer, once?.BodyHash, outcome.Entries[^1].At);
        if (once?.Key is { } key)
        {
            _byKey[key] = first;
        }

        if (once?.EventId is { } eventId)
        {
            _byEvent[eventId] = first;
        }
    }

    private bool Does(Planted fault)
    {
        if (planted != fault)
        {
            return false;
        }

        lock (_lock)
        {
            return _random.Next(OneIn) == 0;
        }
    }
}
