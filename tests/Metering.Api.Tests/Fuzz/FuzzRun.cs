using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace Metering.Api.Tests.Fuzz;

/// <summary>
/// Runs a reader over generated inputs. Each input is made from a seed of its own, which a failure tells:
/// <c>METERING_FUZZ_SEED</c> sets the first one, <c>METERING_FUZZ_INPUTS</c> how many inputs there are.
/// </summary>
internal static class FuzzRun
{
    private const int FirstSeed = 20_261_121;
    private const int Size = 30;
    private const int MostShown = 2_000;

    // A reader that does not come to its end is found by this, and by nothing else: no input needs a hundredth of it.
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(60);

    private static int Seed => Number("METERING_FUZZ_SEED") ?? FirstSeed;

    /// <summary>Reads inputs on a thread of its own, whose allocations are counted.</summary>
    /// <param name="name">What is read.</param>
    /// <param name="inputs">How many inputs there are, unless the environment says otherwise.</param>
    /// <param name="made">The inputs.</param>
    /// <param name="mostBytes">Most bytes that reading an input may allocate.</param>
    /// <param name="read">Reads one; it throws where something is wrong.</param>
    public static void Check<T>(string name, int inputs, Gen<T> made, long mostBytes, Action<T> read)
    {
        using var watch = new CancellationTokenSource();
        var (first, last) = (Seed, Seed + (Number("METERING_FUZZ_INPUTS") ?? inputs));
        var seed = first;
        var work = Task.Factory.StartNew(
            () =>
            {
                for (; seed < last; seed++)
                {
                    watch.CancelAfter(Watch);
                    var input = Make(made, seed);
                    try
                    {
                        var before = GC.GetAllocatedBytesForCurrentThread();
                        read(input);
                        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                        Assert.True(allocated <= mostBytes, $"It allocated {allocated} bytes.");
                    }
                    catch (Exception fault)
                    {
                        throw Failure(name, seed, 1, input, fault.ToString());
                    }
                }
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            work.WaitAsync(watch.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            throw Failure(name, seed, 1, "see the seed", "It does not come to its end.");
        }
    }

    /// <summary>Sends inputs to something that has a state, which is begun anew after so many of them.</summary>
    /// <param name="name">What is sent.</param>
    /// <param name="inputs">How many inputs there are, unless the environment says otherwise.</param>
    /// <param name="perState">How many of them share a state.</param>
    /// <param name="made">The inputs.</param>
    /// <param name="begin">Makes the state.</param>
    /// <param name="send">Sends one; says what is wrong, null when nothing is.</param>
    public static async Task CheckAsync<T, TState>(
        string name, int inputs, int perState, Gen<T> made, Func<Task<TState>> begin,
        Func<TState, T, CancellationToken, Task<string?>> send)
        where TState : IAsyncDisposable
    {
        using var watch = new CancellationTokenSource();
        var (first, last) = (Seed, Seed + (Number("METERING_FUZZ_INPUTS") ?? inputs));
        for (var from = first; from < last; from += perState)
        {
            await using var state = await begin();
            for (var seed = from; seed < Math.Min(from + perState, last); seed++)
            {
                watch.CancelAfter(Watch);
                var input = Make(made, seed);
                string? wrong;
                try
                {
                    wrong = await send(state, input, watch.Token).WaitAsync(watch.Token);
                }
                catch (Exception fault)
                {
                    wrong = watch.IsCancellationRequested ? "There is no answer." : fault.ToString();
                }

                if (wrong is not null)
                {
                    throw Failure(name, from, seed - from + 1, input, wrong);
                }
            }
        }
    }

    private static T Make<T>(Gen<T> made, int seed) => made.Sample(1, new Rnd((ulong)seed), Size).Single();

    private static Xunit.Sdk.XunitException Failure<T>(string name, int seed, int inputs, T input, string wrong) =>
        new($"{name}: METERING_FUZZ_SEED={seed} METERING_FUZZ_INPUTS={inputs}\n{wrong}\nIt was: {Shown(input)}");

    private static string? Shown<T>(T input) =>
        input is byte[] bytes ? Convert.ToHexString(bytes.AsSpan(0, Math.Min(bytes.Length, MostShown))) : input?.ToString();

    private static int? Number(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : null;
}
