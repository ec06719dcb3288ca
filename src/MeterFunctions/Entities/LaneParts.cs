using MeterFunctions.Hosting;
using MeterFunctions.Storage;
using Metering;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MeterFunctions.Entities;

/// <summary>What all lanes share.</summary>
internal sealed class LaneParts(
    EntityMessages messages,
    CounterReader reader,
    LedgerWriter ledger,
    HostClock clock,
    MeterRules rules,
    AppliedHere applied,
    IOptions<FunctionsOptions> options,
    ILogger<LicenseLane> logger)
{
    public EntityMessages Messages { get; } = messages;

    public CounterReader Reader { get; } = reader;

    public LedgerWriter Ledger { get; } = ledger;

    public HostClock Clock { get; } = clock;

    public MeterRules Rules { get; } = rules;

    public AppliedHere Applied { get; } = applied;

    // One for all lanes: how fast answers come depends on the host, not on the license.
    public AnswerPace Pace { get; } = new();

    public ILogger Logger { get; } = logger;

    public TimeSpan AnswerWait { get; } = TimeSpan.FromMilliseconds(options.Value.AnswerWaitMilliseconds);

    public int MaxMessageCommands { get; } = options.Value.MaxMessageCommands;

    public int MaxMessageBytes { get; } = EntityMessages.MaxBytes;

    public int MaxQueued { get; } = options.Value.MaxLicenseQueue;
}
