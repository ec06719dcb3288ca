using MeterFunctions.Hosting;
using MeterFunctions.Licenses;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MeterFunctions.Turns;

/// <summary>What all lanes share.</summary>
internal sealed class LaneParts(
    LicenseWriter writer,
    EntityMessages messages,
    AnswersHere here,
    RemoteAnswers remote,
    IOptions<FunctionsOptions> options,
    ILogger<LicenseLane> logger)
{
    public LicenseWriter Writer { get; } = writer;

    public EntityMessages Messages { get; } = messages;

    public AnswersHere Here { get; } = here;

    public RemoteAnswers Remote { get; } = remote;

    public ILogger Logger { get; } = logger;

    public TurnsOption Turns { get; } = options.Value.Turns;

    public TimeSpan AnswerWait { get; } = options.Value.AnswerWait;

    public int MaxMessageCommands { get; } = options.Value.MaxMessageCommands;

    public int MaxQueued { get; } = options.Value.MaxLicenseQueue;
}
