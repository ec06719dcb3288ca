namespace Metering.Client;

/// <summary>A part of a path that a caller names.</summary>
internal static class PathSegment
{
    /// <summary>Escapes it, so that it can't reach another path.</summary>
    /// <param name="text">What the caller gave.</param>
    /// <param name="parameter">Which parameter it is.</param>
    /// <exception cref="ArgumentException">It is empty, or can't be a part of a path.</exception>
    public static string Of(string text, string parameter)
    {
        ArgumentException.ThrowIfNullOrEmpty(text, parameter);
        // A part of dots would be resolved away before it is sent, escaped or not.
        return text is "." or ".."
            ? throw new ArgumentException($"'{text}' can't be a part of an address.", parameter)
            : Uri.EscapeDataString(text);
    }
}
