namespace Metering.Dashboard.Tests.Support;

/// <summary>How a tab is.</summary>
public sealed record TabOptions
{
    public string? Token { get; init; } = Meter.Token;

    public int Width { get; init; } = 1200;

    public bool Dark { get; init; }

    /// <summary>The browser's language, which decides how amounts and times are written.</summary>
    public string Locale { get; init; } = "en-US";

    /// <summary>The browser's time zone.</summary>
    public string Zone { get; init; } = "Europe/Berlin";
}
