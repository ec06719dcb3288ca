using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Metering;

namespace MeterFunctions.Storage;

/// <summary>
/// Says in the product's words that the storage is not there, throttles, or does not let the app in, once the SDK has retried in vain.
/// None of it is the caller's fault, and all of it may be over later.
/// </summary>
internal sealed class StorageFaultPolicy : HttpPipelinePolicy
{
    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        try
        {
            await ProcessNextAsync(message, pipeline).ConfigureAwait(false);
        }
        catch (Exception fault) when (IsLost(fault, message.CancellationToken))
        {
            throw Unavailable(message, How(fault), fault);
        }

        Check(message);
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        try
        {
            ProcessNext(message, pipeline);
        }
        catch (Exception fault) when (IsLost(fault, message.CancellationToken))
        {
            throw Unavailable(message, How(fault), fault);
        }

        Check(message);
    }

    /// <summary>Whether an answer says that the storage is not there, throttles, or does not let the app in.</summary>
    public static bool IsUnavailable(int status) => status is 408 or 429 or >= 500 or 401 or 403;

    private static bool IsLost(Exception fault, CancellationToken cancellationToken) => fault switch
    {
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        // The SDK throws what all of its retries met as one AggregateException.
        AggregateException or IOException or HttpRequestException => true,
        // 0 says that no answer came.
        RequestFailedException failed => failed.Status is 0 or 408 or 429 or >= 500,
        // No token for the app's identity: what gives them is away or throttles, or nobody has given the app one.
        AuthenticationFailedException => true,
        _ => false,
    };

    private static string How(Exception fault) =>
        fault is AuthenticationFailedException ? "cannot be asked, because the app's identity got no token" : "does not answer";

    private static void Check(HttpMessage message)
    {
        if (message.HasResponse && (IsUnavailable(message.Response.Status) || IsTableMissing(message.Response)))
        {
            throw Unavailable(message, $"answers {message.Response.Status} {message.Response.ReasonPhrase}", null);
        }
    }

    // A row that is not there is an answer; a table that is not there is a storage that somebody has taken away, or has yet to give.
    private static bool IsTableMissing(Response response) =>
        response.Status == 404 && response.Content.ToString().Contains("TableNotFound", StringComparison.Ordinal);

    private static StoreUnavailableException Unavailable(HttpMessage message, string how, Exception? fault)
    {
        var what = $"The table storage {how}: {message.Request.Method} {message.Request.Uri.Path}.";
        return fault is null ? new StoreUnavailableException(what) : new StoreUnavailableException(what, fault);
    }
}
