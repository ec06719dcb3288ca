namespace Metering.Server.Hosting;

/// <summary>
/// <c>health</c>: asks a running server whether it can count. For containers, whose images have no program that could ask, and for service
/// managers.
/// </summary>
internal static class HealthCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>0 when the server can count; 1 when it can't now, or does not answer.</summary>
    /// <param name="url">Where it listens; null: <see cref="ServerAddress.Variable"/>, else the server's own default.</param>
    /// <param name="output">Where the answer is told, in a line.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="CommandLineException">It is not the address of a web server.</exception>
    internal static async Task<int> RunAsync(string? url, TextWriter output, CancellationToken cancellationToken)
    {
        var address = ServerAddress.Find(url) ?? new Uri(MeteringServer.DefaultUrl);
        using var http = new HttpClient { BaseAddress = address, Timeout = Patience };
        try
        {
            using var answer = await http.GetAsync("health/ready", cancellationToken);
            output.WriteLine(answer.IsSuccessStatusCode
                ? "The server is ready."
                : $"The server is not ready ({(int)answer.StatusCode}). Its log says why, and so does /health/ready to a token that may read.");
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            output.WriteLine($"{address} does not answer: {fault.Message}");
            return 1;
        }
    }
}
