using System.ComponentModel.DataAnnotations;

namespace Metering.Api;

/// <summary>How exports are run: the part <c>Exports</c> of <see cref="MeteringOptions"/>.</summary>
public sealed record ExportOptions
{
    /// <summary>Most exports that run at the same time.</summary>
    [Range(1, 8)]
    public int MaxRunning { get; init; } = 1;

    /// <summary>Most exports that wait; more are answered 503 <c>busy</c>.</summary>
    [Range(1, 10_000)]
    public int MaxWaiting { get; init; } = 100;

    /// <summary>Most exports that are over and can still be listed; older ones are forgotten, and their files stay.</summary>
    [Range(10, 100_000)]
    public int MaxKept { get; init; } = 1_000;

    /// <summary>Most schedules.</summary>
    [Range(1, 1_000)]
    public int MaxSchedules { get; init; } = 100;
}
