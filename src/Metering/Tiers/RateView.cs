namespace Metering;

/// <summary>How a rate stands.</summary>
/// <param name="Burst">Units that may come at once.</param>
/// <param name="WindowSeconds">In how many seconds the whole burst is regained.</param>
/// <param name="Remaining">Units that may come now.</param>
/// <param name="ResetSeconds">In how many seconds the whole burst is there again.</param>
public sealed record RateView(decimal Burst, long WindowSeconds, decimal Remaining, long ResetSeconds);
