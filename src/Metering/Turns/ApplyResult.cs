namespace Metering;

/// <summary>What a host says of a command that it brought to a license's writer.</summary>
/// <param name="Status">How it went.</param>
/// <param name="Answer">The answer, with <see cref="ApplyStatus.Applied"/> and <see cref="ApplyStatus.Replayed"/>.</param>
public sealed record ApplyResult(ApplyStatus Status, Answer? Answer)
{
    /// <summary>The license has no state.</summary>
    public static readonly ApplyResult LicenseNotFound = new(ApplyStatus.LicenseNotFound, null);

    /// <summary>The same key came with another body.</summary>
    public static readonly ApplyResult KeyReused = new(ApplyStatus.KeyReused, null);

    /// <summary>The host could not take the command, or could not say in time what it came to.</summary>
    public static readonly ApplyResult Busy = new(ApplyStatus.Busy, null);

    /// <summary>The command met a fault of ours, which the host logged.</summary>
    public static readonly ApplyResult Failed = new(ApplyStatus.Failed, null);
}
