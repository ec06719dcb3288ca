namespace Metering;

/// <summary>The change was made; there is nothing more to say.</summary>
/// <param name="Sequence">The license's last ledger entry.</param>
public sealed record Done(long Sequence) : Answer;
