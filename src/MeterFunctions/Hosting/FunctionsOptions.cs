using Metering;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace MeterFunctions.Hosting;

/// <summary>What an operator may set for the Functions app, from the configuration section <see cref="Section"/>.</summary>
public sealed class FunctionsOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Metering";

    /// <summary>How long a request waits for its answer, in milliseconds, before it gets 503 <c>busy</c>.</summary>
    public int AnswerWaitMilliseconds { get; set; } = 5_000;

    /// <summary>Days that an <c>Idempotency-Key</c> or an event id is remembered (rule 8).</summary>
    public int IdempotencyDays { get; set; } = 35;

    /// <summary>Hours within which a late event still counts in its own period and day (rule 10).</summary>
    public int LateWindowHours { get; set; } = 24;

    /// <summary>Most reservations and leases that a license may have open.</summary>
    public int MaxOpenHolds { get; set; } = MeterRules.Default.MaxOpenHolds;

    /// <summary>Whether the clock stands still and may be set. Never in production.</summary>
    public bool TestClock { get; set; }

    /// <summary>Whether the app may have a test clock although the host says that it is production: who may set it decides what everybody may use.</summary>
    public bool TestClockInProduction { get; set; }

    /// <summary>A token with every scope, for a first start, of 16 characters or more; empty: none.</summary>
    public string BootstrapToken { get; set; } = "";

    /// <summary>Tokens of producers and operators.</summary>
    public IReadOnlyList<TokenOption> Tokens { get; set; } = [];

    /// <summary>The key that signs lease tokens: PKCS#8 in base64, or PEM. Empty: one is made and kept in the storage.</summary>
    public string LeaseSigningKey { get; set; } = "";

    /// <summary>The key that signed before <see cref="LeaseSigningKey"/>: what it signed stays valid as long as it is here. Empty: none.</summary>
    public string PreviousLeaseSigningKey { get; set; } = "";

    /// <summary>The hub that usage events come from.</summary>
    public string EventHub { get; set; } = "usage";

    /// <summary>What the names of the tables begin with.</summary>
    public string TablePrefix { get; set; } = "Metering";

    /// <summary>For how many seconds an instance serves the catalog from memory: so long may it miss another instance's change.</summary>
    public int CatalogCacheSeconds { get; set; } = 5;

    /// <summary>Most commands that one signal brings to a license.</summary>
    public int SignalCommands { get; set; } = 32;

    /// <summary>Most commands of one license that wait in an instance; more are answered 503 <c>busy</c>.</summary>
    public int QueuedCommands { get; set; } = 1_000;

    /// <summary>What of it the domain decides by.</summary>
    public MeterRules ToRules() => new()
    {
        IdempotencyMemory = TimeSpan.FromDays(IdempotencyDays),
        LateWindow = TimeSpan.FromHours(LateWindowHours),
        MaxOpenHolds = MaxOpenHolds,
    };
}
