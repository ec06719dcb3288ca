namespace MeterFunctions.Turns;

/// <summary>When to look for answers that are given in another instance. Each look costs requests to the storage.</summary>
internal static class AnswerPace
{
    // The license's entity ran here the last time, so it most likely does so again, and nobody needs to look.
    private static readonly TimeSpan Here = TimeSpan.FromMilliseconds(400);

    private static readonly int[] Elsewhere = [30, 20, 30, 40, 60, 90, 130, 200, 300];

    /// <summary>How long to wait before a look.</summary>
    /// <param name="look">How many looks there were.</param>
    /// <param name="elsewhere">Whether the license's last answers were given in another instance.</param>
    public static TimeSpan Before(int look, bool elsewhere) =>
        look == 0 && !elsewhere ? Here : TimeSpan.FromMilliseconds(Elsewhere[Math.Min(look, Elsewhere.Length - 1)]);
}
