using System.ComponentModel.DataAnnotations;
using Metering.Api;

namespace Metering.Server;

/// <summary>
/// What an operator may set for the server: what every host has, where the data is, how the engine is sized, and what it keeps.
/// </summary>
public sealed record ServerOptions : MeteringOptions
{
    /// <summary>The directory that holds everything; created if it is missing. On the command line <c>--data</c>.</summary>
    [StringLength(1_000, MinimumLength = 1)]
    public string Data { get; init; } = "./data";

    /// <summary>
    /// The folder of exports' files, which is made when the first of them is; nothing is written outside of it. Empty: <c>exports</c> in
    /// <see cref="Data"/>.
    /// </summary>
    [StringLength(1_000)]
    public string ExportFolder { get; init; } = "";

    /// <summary>Whether to put demo data in: three months of a dozen customers. On the command line <c>--demo</c>.</summary>
    public bool Demo { get; init; }

    /// <summary>Whether logs are written as JSON.</summary>
    public bool JsonLogs { get; init; }

    /// <summary>
    /// What time it is: confirms that the clock is right though it is far from the last write. Only for one start; on the command line
    /// <c>--confirm-clock</c>.
    /// </summary>
    public DateTimeOffset? ConfirmedTime { get; init; }

    /// <summary>
    /// Origins whose pages may call the API from a browser, such as <c>https://console.example.com</c>, with commas or spaces between them;
    /// <c>*</c>: all. Empty: none.
    /// </summary>
    public IReadOnlyList<string> CorsOrigins { get; init; } = [];

    /// <summary>
    /// Proxies whose headers <c>X-Forwarded-For</c>, <c>-Proto</c>, <c>-Host</c> and <c>-Prefix</c> are believed: addresses, or networks
    /// such as <c>10.0.0.0/8</c>. Empty: nobody's.
    /// </summary>
    public IReadOnlyList<string> KnownProxies { get; init; } = [];

    /// <summary>
    /// A path under which the API is served too, such as <c>/metering</c>, for a proxy that does not take it off. Empty: none.
    /// </summary>
    [RegularExpression("(/[A-Za-z0-9._~-]+)*", ErrorMessage = "must be a path that begins with a slash and ends without one.")]
    public string PathBase { get; init; } = "";

    /// <summary>Loops that apply commands; each license belongs to one.</summary>
    [Range(1, 64)]
    public int Shards { get; init; } = Math.Clamp(Environment.ProcessorCount / 2, 1, 64);

    /// <summary>Most commands that may wait for a shard; more are answered 503 <c>busy</c>.</summary>
    [Range(16, 1_000_000)]
    public int MaxShardQueue { get; init; } = 20_000;

    /// <summary>Most commands that a shard applies in one go.</summary>
    [Range(1, 65_536)]
    public int MaxShardBatch { get; init; } = 4_096;

    /// <summary>Most ledger entries that are durable in the journal but not yet written out; they take about 1 KB of memory each.</summary>
    [Range(1_000, 10_000_000)]
    public int MaxPendingEntries { get; init; } = 80_000;

    /// <summary>How many pending entries set off writing them out, before <see cref="WriteOutAfterMilliseconds"/> have passed.</summary>
    [Range(100, 10_000_000)]
    public int WriteOutEntries { get; init; } = 40_000;

    /// <summary>Longest time that an entry stays in the journal alone.</summary>
    [Range(10, 60_000)]
    public int WriteOutAfterMilliseconds { get; init; } = 1_000;

    /// <summary>Most licenses whose state stays in memory.</summary>
    [Range(10, 10_000_000)]
    public int MaxCachedLicenses { get; init; } = 100_000;

    /// <summary>Most signals that wait for delivery; beyond, the oldest are dropped, and the log says so.</summary>
    [Range(100, 100_000_000)]
    public int MaxOutboxSignals { get; init; } = 1_000_000;

    /// <summary>
    /// Most dead letters; beyond, the oldest are dropped, and the log says so. First go the oldest of tenants with more than 1,000 (or a
    /// tenth of the list).
    /// </summary>
    [Range(100, 100_000_000)]
    public int MaxDeadLetters { get; init; } = 1_000_000;

    /// <summary>
    /// Most memory of the filter that tells new keys from old ones. It takes what the keys need, 1 MiB a million; with more keys than
    /// fit, new ones are looked up in the store more and more often.
    /// </summary>
    [Range(1, 1_024)]
    public int MaxFilterMebibytes { get; init; } = 64;

    /// <summary>Page cache of the connection that writes the store.</summary>
    [Range(1, 4_096)]
    public int CacheMebibytes { get; init; } = 32;

    /// <summary><see cref="ExportFolder"/>, where it is by default too.</summary>
    internal string ExportsIn => ExportFolder.Length > 0 ? ExportFolder : Path.Combine(Data, "exports");

    /// <summary><see cref="WriteOutAfterMilliseconds"/> as a duration.</summary>
    public TimeSpan WriteOutAfter => TimeSpan.FromMilliseconds(WriteOutAfterMilliseconds);

    /// <summary>Most rows that retention takes in one step, behind which other writes wait.</summary>
    internal int RetentionRows { get; init; } = 2_000;

    /// <summary>How many rows stay in the small part of a table that has two; see <c>RecentRows</c>.</summary>
    internal int MaxRecentRows { get; init; } = 262_144;

    /// <summary>Memory of the filter that tells new keys from old ones, as long as there are few of them.</summary>
    internal int MinFilterKibibytes { get; init; } = 1_024;

    /// <summary>How long a write waits for a lock that another process holds on a file, such as a backup's.</summary>
    internal TimeSpan LockWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public override IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var wrong in base.Validate(validationContext))
        {
            yield return wrong;
        }

        // Counting would stop at the maximum before enough had come to set off writing out; only the time would.
        if (WriteOutEntries > MaxPendingEntries)
        {
            yield return new ValidationResult(
                $"must not be more than {Section}:{nameof(MaxPendingEntries)}, {MaxPendingEntries}.", [nameof(WriteOutEntries)]);
        }

        if (CorsOrigins.FirstOrDefault(origin => origin != "*" && !WebOrigin.IsOne(origin)) is { } noOrigin)
        {
            yield return new ValidationResult(
                $"has '{noOrigin}', but must name origins such as https://console.example.com, without a path, or *.", [nameof(CorsOrigins)]);
        }

        if (KnownProxies.FirstOrDefault(proxy => Hosting.WebPipeline.Network(proxy) is null) is { } noProxy)
        {
            yield return new ValidationResult(
                $"has '{noProxy}', but must name addresses such as 10.0.0.7, or networks such as 10.0.0.0/8.", [nameof(KnownProxies)]);
        }
    }
}
