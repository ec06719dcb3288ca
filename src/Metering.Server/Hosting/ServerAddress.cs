namespace Metering.Server.Hosting;

/// <summary>The address of a running server that a command calls.</summary>
internal static class ServerAddress
{
    /// <summary>The address, where <c>--url</c> does not name one.</summary>
    internal const string Variable = "METERING_URL";

    /// <summary>
    /// What the option says, else the environment; null when neither says anything. It ends with a slash, so that a path base is kept.
    /// </summary>
    /// <exception cref="CommandLineException">It is not the address of a web server.</exception>
    internal static Uri? Find(string? option)
    {
        if ((option ?? Environment.GetEnvironmentVariable(Variable)) is not { } text || (option is null && text.Length == 0))
        {
            return null;
        }

        // Without its scheme, 'localhost:8080' is read as an address of the scheme 'localhost'.
        return Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new CommandLineException(
                $"{(option is null ? Variable : "--url")}: '{text}' is not an address such as {MeteringServer.DefaultUrl}.");
    }
}
