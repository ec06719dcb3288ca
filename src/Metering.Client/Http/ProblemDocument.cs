using System.Text.Json;

namespace Metering.Client;

/// <summary>A problem document (RFC 9457) as the meter sends it, or what can be said of an answer that is none.</summary>
/// <remarks>The generated reader sets what is missing to null, whatever a property's initial value is; so those that are never null see
/// to it.</remarks>
internal sealed record ProblemDocument
{
    /// <summary>In place of the code, where the answer is not the meter's.</summary>
    internal const string UnknownCode = "unknown";

    private const string MediaType = "application/problem+json";

    /// <summary>By which a program tells it from others.</summary>
    public string Code { get; init => field = value ?? UnknownCode; } = UnknownCode;

    /// <summary>What it is about in general.</summary>
    public string? Title { get; init; }

    /// <summary>What it is about here.</summary>
    public string? Detail { get; init; }

    /// <summary>The fields that are wrong.</summary>
    public IReadOnlyList<FieldProblem> Errors { get; init => field = value ?? []; } = [];

    private int Status { get; init; }

    private Uri? Asked { get; init; }

    private TimeSpan? After { get; init; }

    // Where the problem is a refusal of use, the document has the usage answer's fields too.
    private UsageAnswer? Usage { get; init; }

    public static async Task<ProblemDocument> ReadAsync(HttpResponseMessage answer, CancellationToken stop)
    {
        var bytes = await answer.Content.ReadAsByteArrayAsync(stop).ConfigureAwait(false);
        var document = answer.Content.Headers.ContentType?.MediaType == MediaType ? Read(bytes) : new ProblemDocument();
        return document with
        {
            Status = (int)answer.StatusCode, After = RetryAfter(answer), Asked = answer.RequestMessage?.RequestUri,
        };
    }

    /// <summary>How long the answer asks to wait; null when it says nothing.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage answer) => answer.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when answer.Headers.Date is { } sent => date - sent,
        _ => null,
    };

    /// <summary>The refusal that this is, or null when the request as such was wrong.</summary>
    public UsageAnswer? ToRefusal(string featureCode) => IsRefusal
        ? (Usage ?? new UsageAnswer { Allowed = false, FeatureCode = featureCode }) with
        {
            Allowed = false,
            Refusal = new UsageRefusal(Code, Message, After),
        }
        : null;

    /// <summary>
    /// A problem of the meter; or that it could not be reached, where something before it answered: a proxy that does not know the way, or
    /// asks for a login of its own, or a host whose app is stopped. Only of the request's form others can judge as well as the meter.
    /// </summary>
    public MeteringException ToException() => Code != UnknownCode || Status is 400 or 411 or 413 or 414 or 431
        ? new MeteringProblemException(Code, Status, Message, Errors)
        : new MeteringUnavailableException(
            $"{Asked} answered {Status} with something that is not an answer of the meter. Is the address right, and does a proxy refuse it?")
        {
            Status = Status,
            RetryAfter = After,
        };

    public MeteringUnavailableException ToUnavailable(Uri meter) =>
        new($"The meter at {meter} answered {Status}: {Detail ?? "it, or a proxy before it, is busy."}")
        {
            Status = Status,
            RetryAfter = After,
        };

    private bool IsRefusal => Usage is not null || Code is RefusalCodes.QuotaExceeded or RefusalCodes.InsufficientCredits
        or RefusalCodes.RateLimited or RefusalCodes.FeatureNotAssigned or RefusalCodes.UsageSuspended
        or RefusalCodes.LicenseSuspended or RefusalCodes.LicenseExpired;

    private static ProblemDocument Read(byte[] bytes)
    {
        var document = new ProblemDocument();
        try
        {
            document = JsonSerializer.Deserialize(bytes, ClientJson.Default.ProblemDocument) ?? document;
            using var fields = JsonDocument.Parse(bytes);
            return document.Code != UnknownCode && fields.RootElement.TryGetProperty("allowed", out _)
                ? document with { Usage = fields.RootElement.Deserialize(ClientJson.Default.UsageAnswer) }
                : document;
        }
        catch (JsonException)
        {
            // Not from the meter: a proxy's page. The status is all that is known.
            return document;
        }
    }

    private string Message => Errors.Count switch
    {
        0 => Detail ?? Title ?? $"The meter answered {Status}.",
        _ => $"{Detail ?? Title} {string.Join("; ", Errors.Select(error => $"{error.Pointer} {error.Detail}"))}",
    };
}
