namespace Metering.Client;

/// <summary>
/// Reads an answer's body before it hands the answer on: below the retries, so that a try's limit holds for the body as well, and one
/// that breaks off or stops is tried again.
/// </summary>
internal sealed class WholeAnswer : DelegatingHandler
{
    /// <summary>The most that is read into memory; none of the answers that this client asks for comes near.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    private static readonly HttpRequestOptionsKey<bool> Piecemeal = new("Metering.Client.Piecemeal");

    /// <summary>Leaves the body of a good answer to the caller, who reads it as it comes. That of a problem is read all the same.</summary>
    public static void Leave(HttpRequestMessage request) => request.Options.Set(Piecemeal, true);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (answer.IsSuccessStatusCode && request.Options.TryGetValue(Piecemeal, out var left) && left)
        {
            return answer;
        }

        try
        {
            await answer.Content.LoadIntoBufferAsync(MaxBytes, cancellationToken).ConfigureAwait(false);
            return answer;
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }
}
