namespace Metering;

/// <summary>What a use adds.</summary>
/// <param name="Meter">The meter with the reading kept, and nothing counted yet.</param>
/// <param name="Delta">What the use adds to use.</param>
internal readonly record struct Step(MeterState Meter, decimal Delta)
{
    /// <summary>Why the value can't be taken; null when it can.</summary>
    public Refusal? Refusal { get; init; }

    /// <summary>Why the use changes nothing, for the evidence; null when it counts.</summary>
    public string? Ignored { get; init; }

    public static Step TooManyKeys(MeterState meter) => new(meter, 0)
    {
        Refusal = Change.Refuse(
            RefusalCode.LimitReached, $"A license has at most {MeterLimits.Keys} keys of readings, fewer where they are long."),
    };

    // Without a meter: a step that carries a refusal is asked for nothing else.
    public static Step Wrong(string pointer, string detail) => new(null!, 0)
    {
        Refusal = Change.Invalid(pointer, detail),
    };
}
