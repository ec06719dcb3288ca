using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Metering.Benchmarks;

/// <summary>
/// What is asked of a host that will be killed: consumes with keys and batches of events, now and then one again that was answered.
/// Whatever was not answered is asked again after the next start.
/// </summary>
internal sealed class CrashLoad(LoadedLicense[] licenses, int seed)
{
    private const int MaxEvents = 20;
    private const int RepeatOneIn = 10;
    private const int EventsOneIn = 4;

    // Longer than any host takes for an answer; without it a request that lost its host halfway would wait for ever.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan MaxFinish = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentQueue<SentRequest> _unanswered = [];
    private readonly ConcurrentQueue<SentRequest> _answered = [];
    private readonly string _run = $"{seed:x}";
    private long _next;
    private volatile bool _isExpected;
    private volatile bool _isDead;
    private TaskCompletionSource _first = new();
    private long _acknowledged;
    private long _repeats;
    private long _lost;
    private long _lostAndCounted;

    /// <summary>Requests that were answered.</summary>
    public long Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>Requests that were sent again though they had been answered, and got the first answer again.</summary>
    public long Repeats => Volatile.Read(ref _repeats);

    /// <summary>Answers that were lost.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Requests of which the answer was lost and that had been counted.</summary>
    public long LostAndCounted => Volatile.Read(ref _lostAndCounted);

    /// <summary>Everything that was answered.</summary>
    public IEnumerable<SentUse> Uses => _answered.SelectMany(request => request.Uses);

    /// <summary>Loads the host from many sides until it was killed.</summary>
    /// <param name="http">The host.</param>
    /// <param name="callers">Requests under way at the same time.</param>
    /// <param name="moment">How long after its first answer it is killed; null: as soon as requests are under way.</param>
    /// <param name="killAsync">Kills the host.</param>
    public async Task RunAsync(HttpClient http, int callers, TimeSpan? moment, Func<Task> killAsync)
    {
        (_isExpected, _isDead, _first) = (false, false, new TaskCompletionSource());
        var load = Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            // Drawn anew for each caller and start, but from the same numbers in each run.
            var random = new Random((seed * 1_000_003) + (int)Interlocked.Increment(ref _next));
            while (!_isDead && await SendAsync(http, _unanswered.TryDequeue(out var again) ? again : Next(random)))
            {
            }
        })).ToArray();
        if (moment is { } wait)
        {
            // A host that has just started takes its time for the first answers, and would be killed before it counts.
            await Task.WhenAny(_first.Task, Task.WhenAll(load));
            await Task.Delay(wait);
        }

        // Before, so that the load goes on until it meets the end. What fails sooner is the host's fault, and ends the run.
        _isExpected = true;
        await killAsync();
        _isDead = true;
        await Task.WhenAll(load);
    }

    /// <summary>Asks again whatever was not answered, until all was.</summary>
    public async Task FinishAsync(HttpClient http)
    {
        _isExpected = false;
        var started = Stopwatch.GetTimestamp();
        while (_unanswered.TryDequeue(out var again) && await SendAsync(http, again))
        {
            if (Stopwatch.GetElapsedTime(started) > MaxFinish)
            {
                throw new InvalidOperationException($"{_unanswered.Count} requests are not answered after {MaxFinish.TotalMinutes} minutes.");
            }
        }
    }

    private SentRequest Next(Random random)
    {
        if (random.Next(RepeatOneIn) == 0 && _answered.TryDequeue(out var answered))
        {
            return answered with { IsRepeat = true };
        }

        if (random.Next(EventsOneIn) > 0)
        {
            var license = licenses[random.Next(licenses.Length)];
            return new SentRequest(license, [NewUse(license, random)]);
        }

        var uses = new SentUse[random.Next(1, MaxEvents + 1)];
        for (var i = 0; i < uses.Length; i++)
        {
            uses[i] = NewUse(licenses[random.Next(licenses.Length)], random);
        }

        return new SentRequest(null, uses);
    }

    private SentUse NewUse(LoadedLicense license, Random random) =>
        new(license, $"{_run}-{Interlocked.Increment(ref _next)}", random.Next(1, 4));

    // Whether there is still a host to send to.
    private async Task<bool> SendAsync(HttpClient http, SentRequest request)
    {
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            if (!await TrySendAsync(http, request, patience.Token))
            {
                // Nothing counted, or the same ids tell; as after a crash.
                _unanswered.Enqueue(request with { WasLost = true });
                await Task.Delay(BusyPause, CancellationToken.None);
            }

            return true;
        }
        catch (Exception e) when (_isExpected && e is HttpRequestException or IOException or OperationCanceledException)
        {
            _unanswered.Enqueue(request with { WasLost = true });
            Interlocked.Increment(ref _lost);
            return false;
        }
    }

    // Whether it was answered; not so when the host was busy.
    private async Task<bool> TrySendAsync(HttpClient http, SentRequest request, CancellationToken cancellationToken)
    {
        using var message = request.License is { } license ? Consume(license, request.Uses[0]) : Events(request.Uses);
        using var answer = await http.SendAsync(message, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            return false;
        }

        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{request.Uses[0].Id} was answered {(int)answer.StatusCode}: {text}");
        }

        if (request.License is not null)
        {
            Acknowledge(request, answer.Headers.Contains("Idempotency-Replayed") ? 1 : 0);
            return true;
        }

        var events = JsonSerializer.Deserialize<JsonElement>(text);
        if (IsBusy(events))
        {
            // Some licenses were busy and others not: all are sent again, and those that were counted are known then.
            return false;
        }

        Acknowledge(request, CountedBefore(request, events));
        return true;
    }

    private void Acknowledge(SentRequest request, int countedBefore)
    {
        if (request.IsRepeat)
        {
            if (countedBefore != request.Uses.Length)
            {
                throw new InvalidOperationException(
                    $"{request.Uses[0].Id} had been answered; sent again, {countedBefore} of {request.Uses.Length} had been counted.");
            }

            Interlocked.Increment(ref _repeats);
        }
        else if (countedBefore > 0 && !request.WasLost)
        {
            // Nobody else has the id.
            throw new InvalidOperationException($"{request.Uses[0].Id} was new, but had been counted.");
        }
        else
        {
            Interlocked.Increment(ref _acknowledged);
            Interlocked.Add(ref _lostAndCounted, countedBefore > 0 ? 1 : 0);
        }

        _answered.Enqueue(request with { IsRepeat = false });
        _first.TrySetResult();
    }

    private static bool IsBusy(JsonElement answer) =>
        answer.GetProperty("rejected").EnumerateArray().Any(one => one.GetProperty("code").GetString() == "busy");

    private static int CountedBefore(SentRequest request, JsonElement answer)
    {
        var (accepted, duplicates) = (answer.GetProperty("accepted").GetInt32(), answer.GetProperty("duplicates").GetInt32());
        return accepted + duplicates == request.Uses.Length
            ? duplicates
            : throw new InvalidOperationException($"Of {request.Uses.Length} events {accepted} were taken and {duplicates} known: {answer}");
    }

    private static HttpRequestMessage Consume(LoadedLicense license, SentUse use)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, Routes.Consume)
        {
            Content = JsonContent.Create(new { feature_code = LoadedLicense.Feature, amount = use.Amount }),
        };
        message.Headers.Authorization = new AuthenticationHeaderValue("License", license.Key);
        message.Headers.Add("Idempotency-Key", use.Id);
        return message;
    }

    private static HttpRequestMessage Events(SentUse[] uses) => new(HttpMethod.Post, Routes.Events)
    {
        Content = JsonContent.Create(uses.Select(use => new
        {
            license_id = use.License.Id,
            metric = LoadedLicense.Feature,
            quantity = use.Amount,
            event_id = use.Id,
        })),
    };
}
