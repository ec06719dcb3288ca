using MeterFunctions.Hosting;
using MeterFunctions.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MeterFunctions.Entities;

/// <summary>What all lanes share.</summary>
internal sealed class LaneParts(
    LicenseSignals signals,
    CounterReader reader,
    LedgerWriter ledger,
    AppliedHere applied,
    IOptions<FunctionsOptions> options,
    ILogger<LicenseLane> logger)
{
    public LicenseSignals Signals { get; } = signals;

    public CounterReader Reader { get; } = reader;

    public LedgerWriter Ledger { get; } = ledger;

    public AppliedHere Applied { get; } = applied;

    public AnswerPace Pace { get; } = new();

    public ILogger Logger { get; } = logger;

    public TimeSpan AnswerWait { get; } = TimeSpan.FromMilliseconds(options.Value.AnswerWaitMilliseconds);

    public int SignalCommands { get; } = options.Value.SignalCommands;

    public int SignalBytes { get; } = LicenseSignals.MaxBytes;

    public int MaxQueued { get; } = options.Value.QueuedCommands;
}
