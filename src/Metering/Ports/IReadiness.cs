namespace Metering;

/// <summary>Whether the host can serve.</summary>
public interface IReadiness
{
    /// <summary>Why the host cannot serve now, for people; null when it can.</summary>
    ValueTask<string?> WhyNotReadyAsync(CancellationToken cancellationToken);
}
